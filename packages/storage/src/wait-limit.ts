import { StoreOverloadedError, timeLeft } from '@example/service-kit';

/** How long writes may wait, in milliseconds: a disk or server that pauses goes on within that. */
const maxWaitMs = 5_000;

/**
 * Checks whether a new write would be served in time: it waits about as long as the one that has waited for longest.
 *
 * @throws {StoreOverloadedError} if that is above the limit, or more than half of the time that the call has left
 */
export function checkWait(longestWaitMs: number): void {
  if (longestWaitMs > Math.min(maxWaitMs, (timeLeft() ?? Number.POSITIVE_INFINITY) / 2))
    throw new StoreOverloadedError();
}
