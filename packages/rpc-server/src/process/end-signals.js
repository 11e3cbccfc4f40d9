/** @type {((signal: NodeJS.Signals) => void) | undefined} */
let end;

/**
 * Sets the handler of SIGINT and SIGTERM.
 *
 * @param {(signal: NodeJS.Signals) => void} handler replaces the previous handler
 */
export function onEndSignal(handler) {
  if (end === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end?.(signal));
  }
  end = handler;
}
