import { StoreOverloadedError, timeLeft } from '@example/service-kit';

/** The maximum wait of a write, in milliseconds: longer than usual pauses of a disk or server. */
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
