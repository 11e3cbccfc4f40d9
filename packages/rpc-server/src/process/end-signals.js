// Plain JavaScript without imports: main.ts imports it before anything that takes time to load.

/** @type {((signal: NodeJS.Signals) => void) | undefined} */
let end;

/**
 * Sets what SIGINT and SIGTERM do. A service calls it first of all, because process 1 of a container ignores a signal
 * that it has no handler for. By default they end the process, with status 0: there is nothing to drain yet.
 *
 * @param {(signal: NodeJS.Signals) => void} handler replaces the handler before it
 */
export function onEndSignal(handler = () => process.exit(0)) {
  if (end === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end?.(signal));
  }
  end = handler;
}
