/** Somebody has stopped it; the message is the signal. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does work with a signal that SIGINT, SIGTERM and SIGHUP abort, with a {@link StoppedError}, while it goes on. */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (name: NodeJS.Signals) => stopping.abort(new StoppedError(name));
  for (const name of signals) process.on(name, stop);
  try {
    return await work(stopping.signal);
  } catch (error) {
    // A program that got the signal too, as from a terminal, has failed for that.
    stopping.signal.throwIfAborted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
