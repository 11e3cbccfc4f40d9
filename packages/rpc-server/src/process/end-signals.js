/** @type {((signal: NodeJS.Signals) => void) | undefined} */
let end;

/**
 * Sets what SIGINT and SIGTERM do.
 *
 * @param {(signal: NodeJS.Signals) => void} handler replaces the handler before it
 */
export function onEndSignal(handler) {
  if (end === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end?.(signal));
  }
  end = handler;
}
