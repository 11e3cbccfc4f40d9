import type { Start } from './read-start.ts';

/** The beginning of HTTP/2's connection preface: RFC 9113, section 3.4. */
const http2Start = 'PRI ';

/** The first byte of a TLS connection: RFC 8446, section 5.1. */
const tlsHandshake = 0x16;

/**
 * Whether a connection uses HTTP/2, by its first word, which remains to be read. Everything else but TLS is left to the
 * parser of HTTP/1.1, which responds to what it cannot read.
 *
 * @param bytes the first bytes of the connection
 */
export function detectHttp2(bytes: Buffer): Start<boolean> {
  if (bytes[0] === tlsHandshake) return { fault: 'TLS on a port without TLS' };
  const text = bytes.toString('latin1', 0, http2Start.length);
  if (text !== http2Start && http2Start.startsWith(text)) return 'incomplete';
  return { value: text === http2Start, bytes: 0 };
}
