/**
 * Collects the items of a stream, so that its reader works once for many of them. The first item is passed on at once.
 *
 * @param ms the time between two batches
 */
export async function* inBatches<T>(stream: AsyncIterable<T>, ms: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  let passedOn = Number.NEGATIVE_INFINITY;
  try {
    for await (const item of stream) {
      batch.push(item);
      if (performance.now() - passedOn < ms) continue;
      const full = batch;
      batch = [];
      passedOn = performance.now();
      yield full;
    }
  } catch (error) {
    // The items that arrived before the error are shown, too.
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}
