import { randomUUID } from 'node:crypto';

/**
 * The x-request-id of a client. An id that is long or has other characters is replaced, because logs are full of ids.
 */
export function requestIdFrom(given: string | undefined): string {
  return given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}
