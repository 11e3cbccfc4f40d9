// Plain JavaScript without imports, so that main.ts can import it before anything that takes time to load.

/**
 * A service that has not started yet has nothing to drain.
 *
 * @type {(signal: NodeJS.Signals) => void}
 */
let end = () => process.exit(0);

// Process 1 of a container ignores a signal that it has no handler for.
process.on('SIGINT', (signal) => end(signal));
process.on('SIGTERM', (signal) => end(signal));

/**
 * Sets what SIGINT and SIGTERM do. Until then they end the process at once, with status 0.
 *
 * @param {(signal: NodeJS.Signals) => void} handler
 */
export function onEndSignal(handler) {
  end = handler;
}
