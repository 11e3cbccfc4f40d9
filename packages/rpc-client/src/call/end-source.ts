/**
 * Ends the iterator with which a program provides messages. Do not wait for the result: the iterator may be waiting for
 * its next message. Its errors have no effect, because the call has ended.
 */
export async function endSource(source: AsyncIterator<unknown>): Promise<void> {
  try {
    await source.return?.();
  } catch {}
}
