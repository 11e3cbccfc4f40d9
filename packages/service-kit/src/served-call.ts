import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The parts of a call that are available to all code that its handler calls. Stores read the time that is left; clients
 * read the parts that their own calls inherit.
 */
export interface ServedCall {
  /** The milliseconds until the call's deadline; undefined if it has no deadline. */
  timeLeft(): number | undefined;
  /** Fires when the call has ended or is cancelled. */
  readonly signal?: AbortSignal;
  readonly requestId?: string;
  /** The header fields of its request, by names in lower case. */
  readonly requestHeaders?: { get(name: string): string | undefined };
}

const current = new AsyncLocalStorage<ServedCall | undefined>();

/** Runs a call's handler, so that `servedCall` returns the call in all code that the handler starts. */
export function serving<T>(call: ServedCall, run: () => T): T {
  return current.run(call, run);
}

/** The call that is being served; undefined outside of one. */
export function servedCall(): ServedCall | undefined {
  return current.getStore();
}

/** Runs work that must continue when the current call has ended, such as work in the background. */
export function outsideOfCalls<T>(run: () => T): T {
  return current.run(undefined, run);
}

/**
 * Runs code whose time is limited, so that stores stop waiting when the time is over.
 *
 * @param left returns the milliseconds that are left; undefined if there is no limit
 */
export function withTimeLeft<T>(left: () => number | undefined, run: () => T): T {
  return current.run({ timeLeft: left }, run);
}

/** The milliseconds until the deadline of the current call; undefined without a deadline, or outside of a call. */
export function timeLeft(): number | undefined {
  return current.getStore()?.timeLeft();
}
