import type { HandlerCall } from './call-context.ts';

/**
 * Yields the items of pages that a store reads, one by one. A page counts as memory held by the call until its client
 * has taken all of its items.
 *
 * @param maxPageBytes an estimate of the largest page
 * @param bytesOf an estimate of one item
 * @throws {ConnectError} RESOURCE_EXHAUSTED from the iteration when the call would hold too much memory
 */
export async function* heldPages<T>(
  call: HandlerCall,
  pages: AsyncIterable<readonly T[]>,
  maxPageBytes: number,
  bytesOf: (item: T) => number,
): AsyncIterable<T> {
  await call.turnToRead(maxPageBytes);
  for await (const page of pages) {
    const bytes = page.reduce((sum, item) => sum + bytesOf(item), 0);
    call.hold(bytes);
    yield* page;
    call.release(bytes);
    await call.turnToRead(maxPageBytes);
  }
}
