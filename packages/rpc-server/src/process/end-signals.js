// Plain JavaScript without imports: a service loads it before anything that takes time to load. Process 1 of a
// container ignores a signal that it has no handler for.

/** @type {((signal: NodeJS.Signals) => void) | undefined} */
let end;

/**
 * Sets what SIGINT and SIGTERM do. Until the first call they end the process with status 0: there is nothing to drain.
 *
 * @param {(signal: NodeJS.Signals) => void} handler replaces the handler before it
 */
export function onEndSignal(handler) {
  if (end === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end?.(signal));
  }
  end = handler;
}

onEndSignal(() => process.exit(0));
