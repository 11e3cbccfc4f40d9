import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<() => number | undefined>();

/**
 * Runs a call's handler so that stores can read how much time the call has left, and give up when its deadline passes.
 *
 * @param left returns the milliseconds until the call's deadline; undefined if it has no deadline
 */
export function withTimeLeft<T>(left: () => number | undefined, run: () => T): T {
  return current.run(left, run);
}

/** The milliseconds until the deadline of the current call; undefined without a deadline, or outside of a call. */
export function timeLeft(): number | undefined {
  return current.getStore()?.();
}
