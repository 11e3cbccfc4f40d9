import { METHODS } from 'node:http';
import type { Start } from './read-start.ts';

/** The beginning of HTTP/2's connection preface (RFC 9113, section 3.4); no method of HTTP/1.1 begins like it. */
const http2Start = 'PRI ';

/** The first byte of a TLS connection: RFC 8446, section 5.1. */
const tlsHandshake = 0x16;

const starts = [http2Start, ...METHODS.map((method) => `${method} `)];
/** The most bytes that are needed to decide, even after an empty line. */
const maxLookBytes = 2 * Math.max(...starts.map((start) => start.length));

/** Whether a connection uses HTTP/2, by its first word, which remains to be read. @param bytes its first bytes */
export function detectHttp2(bytes: Buffer): Start<boolean> {
  // An empty line before the first request is ignored (RFC 9112, section 2.2).
  const text = bytes.toString('latin1', 0, maxLookBytes).replace(/^(?:\r?\n)+/, '');
  const start = starts.find((candidate) => text.startsWith(candidate));
  if (start !== undefined) return { value: start === http2Start, bytes: 0 };
  const mayBecomeOne = bytes.length <= maxLookBytes && starts.some((candidate) => candidate.startsWith(text));
  if (mayBecomeOne) return 'incomplete';
  return { fault: bytes[0] === tlsHandshake ? 'TLS on a port without TLS' : 'neither HTTP/1.1 nor HTTP/2' };
}
