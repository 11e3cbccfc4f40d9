import { maxUserId } from './user-id.ts';

const decoded = /^v1:([1-9]\d{0,18})$/;

/** The token of the page after the user `lastId`: base64url of `v1:<last id>`, without padding. It is no secret. */
export function pageToken(lastId: bigint): string {
  return Buffer.from(`v1:${lastId}`).toString('base64url');
}

/** The id that a token of `pageToken` stands for; undefined when it is not such a token. */
export function lastIdOf(token: string): bigint | undefined {
  const [, digits] = decoded.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? [];
  if (digits === undefined) return undefined;
  const id = BigInt(digits);
  return id <= maxUserId && pageToken(id) === token ? id : undefined;
}
