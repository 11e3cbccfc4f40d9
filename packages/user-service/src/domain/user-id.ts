const form = /^usr-([1-9]\d{0,18})$/;

/** The greatest id that a store assigns. */
export const maxUserId = 2n ** 63n - 1n;

/** The id in the form of user.v2: `usr-` and decimal digits. */
export function formatUserId(id: bigint): string {
  return `usr-${id}`;
}

/** @returns the id in a text of `formatUserId`; undefined for any other text */
export function parseUserId(text: string): bigint | undefined {
  const [, digits] = form.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const id = BigInt(digits);
  return id <= maxUserId ? id : undefined;
}
