/** The caller of a call, as the gate has identified it. */
export interface Caller {
  /** The `sub` of the caller's token; undefined when the server runs without authentication. */
  readonly subject: string | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** Every caller of a server without authentication: it may call every method. */
export const anybody: Caller = { subject: undefined, scopes: new Set(['admin']) };

export function isAdmin({ scopes }: Caller): boolean {
  return scopes.has('admin');
}
