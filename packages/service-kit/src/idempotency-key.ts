import { createHash } from 'node:crypto';
import { RequestIdReusedError } from './errors.ts';

/**
 * Identifies a write, so that a repeated request is recognized. The store keeps the key in the transaction of the
 * write, together with the result: the same request with the same key returns the stored result and changes nothing.
 */
export interface IdempotencyKey {
  /** The method and the caller. The same id in another scope is another key. */
  readonly scope: string;
  /** The caller's id of the request: a UUID, in lower case. */
  readonly id: string;
  /** A hash of the request. A repeated request must have the same hash. */
  readonly fingerprint: string;
}

/** The result of a write with an optional key: of this write, or of the first one with the same key. */
export type IdempotentResult<T> =
  | { readonly value: T }
  /** The key belongs to a different request; nothing was changed. */
  | { readonly isConflict: true };

/**
 * The key of a write. A client may repeat a request after an upgrade of this service, so a new release must compute the
 * same fingerprint for the same request. Therefore never change values that a release has put into `request`, and pass
 * new fields through `addedFields`.
 *
 * @param scope the method and the caller, and the resource if the id is unique only within it
 * @param id a UUID in any case; empty if the caller gave none
 * @param request the validated request, as a value that JSON can represent
 * @returns undefined without an id: such a write is never recognized as a repetition
 */
export function idempotencyKey(scope: readonly string[], id: string, request: unknown): IdempotencyKey | undefined {
  if (id === '') return undefined;
  const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  return { scope: JSON.stringify(scope), id: id.toLowerCase(), fingerprint };
}

/**
 * The part of a fingerprint for fields that a later release has added to a request. Empty if the request sets none of
 * them.
 *
 * @param fields by name; a field with its default value counts as unset
 */
export function addedFields(fields: Readonly<Record<string, unknown>>): readonly object[] {
  const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
  const set = Object.entries(fields).filter(([, value]) => isSet(value));
  return set.length === 0 ? [] : [Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)))];
}

/**
 * @param requestId as the caller sent it
 * @param errorDomain the `domain` of the error's `google.rpc.ErrorInfo`
 * @throws {RequestIdReusedError} if the key belongs to a different request
 */
export function unwrapResult<T>(result: IdempotentResult<T>, requestId: string, errorDomain: string): T {
  if ('isConflict' in result) throw new RequestIdReusedError(requestId, errorDomain);
  return result.value;
}
