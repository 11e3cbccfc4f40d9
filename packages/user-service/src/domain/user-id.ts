const form = /^usr-([1-9]\d{0,18})$/;

/** The greatest id that a store gives. */
export const maxUserId = 2n ** 63n - 1n;

/** What user.v2 calls a user: `usr-` and the id in decimal digits. */
export function nameOfId(id: bigint): string {
  return `usr-${id}`;
}

/** The id that user.v2 means; undefined when it is no name that `nameOfId` gives. */
export function idOfName(name: string): bigint | undefined {
  const [, digits] = form.exec(name) ?? [];
  if (digits === undefined) return undefined;
  const id = BigInt(digits);
  return id <= maxUserId ? id : undefined;
}
