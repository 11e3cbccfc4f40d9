/** The caller of a call, as the gate has identified it. */
export interface Caller {
  /** The `sub` of the caller's token; undefined when the server runs without authentication. */
  readonly subject: string | undefined;
  readonly scopes: ReadonlySet<string>;
  /**
   * When the token expires, and with it the caller's streams: a time of `performance.now()`. Infinity without a token.
   */
  readonly endsAt: number;
}

/** Every caller of a server without authentication. The scope `admin` allows all methods. */
export const anybody: Caller = { subject: undefined, scopes: new Set(['admin']), endsAt: Number.POSITIVE_INFINITY };

export function isAdmin({ scopes }: Caller): boolean {
  return scopes.has('admin');
}
