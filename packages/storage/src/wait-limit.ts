import { StoreOverloadedError, timeLeft } from '@example/service-kit';

/** The maximum wait of a write, in milliseconds. It is longer than the usual pauses of a disk or server. */
const maxWaitMs = 5_000;

/**
 * Checks whether a new write would be served in time, assuming that it waits as long as the oldest waiting write has
 * waited so far.
 *
 * @throws {StoreOverloadedError} if that is above the limit, or more than half of the time that the call has left
 */
export function checkWait(longestWaitMs: number): void {
  if (longestWaitMs > Math.min(maxWaitMs, (timeLeft() ?? Number.POSITIVE_INFINITY) / 2))
    throw new StoreOverloadedError();
}
