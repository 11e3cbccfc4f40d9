import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<() => number | undefined>();

/**
 * Runs what a call does, so that a store gives up what it does for the call when its time is over.
 *
 * @param left how many milliseconds the call has left; undefined when it may go on for ever
 */
export function withTimeLeft<T>(left: () => number | undefined, run: () => T): T {
  return current.run(left, run);
}

/** How many milliseconds the call that asks has left; undefined when it may go on for ever, or no call asks. */
export function timeLeft(): number | undefined {
  return current.getStore()?.();
}
