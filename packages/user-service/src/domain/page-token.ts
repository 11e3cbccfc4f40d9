import { maxUserId } from './user-id.ts';

const decodedForm = /^v1:([1-9]\d{0,18})$/;

/** The token of the page after the user `lastId`: `v1:<last id>` in base64url without padding. It is not a secret. */
export function formatPageToken(lastId: bigint): string {
  return Buffer.from(`v1:${lastId}`).toString('base64url');
}

/** @returns the id in a token of `formatPageToken`; undefined for any other text */
export function parsePageToken(token: string): bigint | undefined {
  const [, digits] = decodedForm.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? [];
  if (digits === undefined) return undefined;
  const id = BigInt(digits);
  return id <= maxUserId && formatPageToken(id) === token ? id : undefined;
}
