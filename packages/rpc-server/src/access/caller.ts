import { createContextKey, type HandlerContext } from '@connectrpc/connect';

/** Who makes a call. */
export interface Caller {
  /** The `sub` of the caller's token; undefined when the server runs without authentication. */
  readonly subject: string | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** The caller when the server runs without authentication: everybody may do everything. */
export const anybody: Caller = { subject: undefined, scopes: new Set(['admin']) };

const callerKey = createContextKey<Caller>(anybody, { description: 'caller' });

export function setCaller({ values }: Pick<HandlerContext, 'values'>, caller: Caller): void {
  values.set(callerKey, caller);
}

/** Who makes the call, for a handler that lets some do more than others. */
export function callerOf({ values }: Pick<HandlerContext, 'values'>): Caller {
  return values.get(callerKey);
}

export function isAdmin({ scopes }: Caller): boolean {
  return scopes.has('admin');
}
