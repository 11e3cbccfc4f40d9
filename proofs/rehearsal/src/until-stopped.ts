/** The work was stopped; the message is the name of the signal. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs work with a signal that aborts on SIGINT, SIGTERM and SIGHUP. @throws {StoppedError} after one of them */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (name: NodeJS.Signals) => stopping.abort(new StoppedError(name));
  for (const name of signals) process.on(name, stop);
  try {
    return await work(stopping.signal);
  } catch (error) {
    // A signal from a terminal also reaches the children, whose failure must not be reported instead.
    stopping.signal.throwIfAborted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
