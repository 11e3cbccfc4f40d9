import { createHash } from 'node:crypto';

/**
 * Makes a write known again when it is repeated. It is stored in the transaction of the write, with what the write was answered:
 * the same request under the same key gets that answer, and changes nothing.
 */
export interface RequestKey {
  /** Whose id it is, and of what: the same id means nothing elsewhere. */
  readonly scope: string;
  /** The caller's id of the request: a UUID, in lower case. */
  readonly id: string;
  /** Of what was asked for: under the same id it must be the same. */
  readonly fingerprint: string;
}

/** What came of a write that may carry a key: what it is answered, now or the first time. */
export type KeyedResult<T> =
  | { readonly value: T }
  /** The key belongs to another request; nothing was changed. */
  | { readonly isReused: true };

/**
 * @param scope the method and the caller, or what else the id belongs to
 * @param id a UUID in any case, empty when the caller gave none
 * @param request what was asked for, after it was found valid
 * @returns undefined when the caller gave no id: then nothing is known again
 */
export function requestKey(scope: readonly string[], id: string, request: unknown): RequestKey | undefined {
  if (id === '') return undefined;
  const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  return { scope: JSON.stringify(scope), id: id.toLowerCase(), fingerprint };
}
