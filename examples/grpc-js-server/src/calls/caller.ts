import type { Metadata } from '@grpc/grpc-js';

/** Who makes a call. */
export interface Caller {
  /** The `sub` of the caller's token; empty when the server runs without authentication. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

const callers = new WeakMap<Metadata, Caller>();

/** Interceptors and handlers of a call see the same metadata object: it carries the caller from the one to the other. */
export function setCaller(metadata: Metadata, caller: Caller): void {
  callers.set(metadata, caller);
}

/** @throws when no interceptor has said who calls */
export function callerOf(metadata: Metadata): Caller {
  const caller = callers.get(metadata);
  if (caller === undefined) throw new Error('nobody has said who calls');
  return caller;
}

export function isAdmin({ scopes }: Caller): boolean {
  return scopes.has('admin');
}
