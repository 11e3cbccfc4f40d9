import { randomUUID } from 'node:crypto';

/** The hexadecimal digits of each byte. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** How many ids share their first digits. */
const idsPerStem = 2 ** 24;

/** All but the last six digits of a UUID. */
let stem = '';
let count = 0;

/** Returns a UUID whose last six digits are a counter: an id of random digits alone takes several times as long. */
function newRequestId(): string {
  if (count === 0) stem = randomUUID().slice(0, -6);
  const id = `${stem}${digits[count >> 16]}${digits[(count >> 8) & 0xff]}${digits[count & 0xff]}`;
  count = (count + 1) % idsPerStem;
  return id;
}

/**
 * The x-request-id of a client. The server replaces an id that is too long or has other characters, because each line
 * of the log contains the id.
 */
export function requestIdFrom(given: string | undefined): string {
  return given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : newRequestId();
}
