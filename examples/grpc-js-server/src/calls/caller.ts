import type { Metadata } from '@grpc/grpc-js';

/** The caller of an RPC. */
export interface Caller {
  /** The `sub` of the caller's token; empty if the server runs without authentication. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

const callers = new WeakMap<Metadata, Caller>();

/** The interceptors and the handler of a call receive the same metadata object, so that it can identify the caller. */
export function setCaller(metadata: Metadata, caller: Caller): void {
  callers.set(metadata, caller);
}

/** @throws if no interceptor has set the caller */
export function callerOf(metadata: Metadata): Caller {
  const caller = callers.get(metadata);
  if (caller === undefined) throw new Error('no interceptor has set the caller');
  return caller;
}

export function isAdmin({ scopes }: Caller): boolean {
  return scopes.has('admin');
}
