import type { HandlerCall } from './call-context.ts';

/**
 * The items of pages that a store reads, one by one. A page counts as held by the call while its client has not taken
 * all of it.
 *
 * @param maxPageBytes an estimate of the largest page
 * @param bytesOf an estimate of one item
 * @throws {ConnectError} RESOURCE_EXHAUSTED from the iteration when the client would make the server hold too much
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
