/** The header fields of a request, of either HTTP version. */
export interface RequestHeaders {
  /** Names are in lower case. */
  readonly fields: readonly { readonly name: string; readonly value: string; memo: unknown }[];
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** -1 when there is none. */
  readonly contentLength: number;
  memo: unknown;
  /** @param name in lower case */
  get(name: string): string | undefined;
}
