import { randomUUID } from 'node:crypto';

/**
 * The x-request-id of a client. An id that is too long or has other characters is replaced: each line of the log
 * contains the id.
 */
export function requestIdFrom(given: string | undefined): string {
  return given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}
