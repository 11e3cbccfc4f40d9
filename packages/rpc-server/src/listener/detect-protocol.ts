import type { Start } from './read-start.ts';

/** The beginning of HTTP/2's connection preface: RFC 9113, section 3.4. */
const http2Start = 'PRI ';

/** The first byte of a TLS connection: RFC 8446, section 5.1. */
const tlsHandshake = 0x16;

/**
 * Detects by the first word of a connection whether it uses HTTP/2; the word remains to be read. Except for TLS, the
 * HTTP/1.1 parser gets all other data, and responds to invalid requests.
 *
 * @param bytes the first bytes of the connection
 */
export function detectHttp2(bytes: Buffer): Start<boolean> {
  if (bytes[0] === tlsHandshake) return { fault: 'TLS on a port without TLS' };
  const text = bytes.toString('latin1', 0, http2Start.length);
  if (text !== http2Start && http2Start.startsWith(text)) return 'incomplete';
  return { value: text === http2Start, bytes: 0 };
}
