import { METHODS } from 'node:http';
import type { Socket } from 'node:net';

/** The beginning of HTTP/2's connection preface (RFC 9113, section 3.4); no method of HTTP/1.1 begins like it. */
const http2Start = 'PRI ';

/** The first byte of a TLS connection: RFC 8446, section 5.1. */
const tlsHandshake = 0x16;

const starts = [http2Start, ...METHODS.map((method) => `${method} `)];
/** Enough to decide, with an empty line in front. */
const maxLookBytes = 2 * Math.max(...starts.map((start) => start.length));

/**
 * Reads the first word of a connection, and puts it back to be read again. A connection that sends nothing in time,
 * ends before, or sends anything but HTTP is destroyed.
 *
 * @param timeoutMs in milliseconds
 * @param decided receives true for HTTP/2, false for HTTP/1.1; not called for a connection that is destroyed
 * @param refused receives why a connection is destroyed, and whether it has sent anything; not called for one that
 *   ends without having sent anything, as probes do
 */
export function detectProtocol(
  socket: Socket,
  timeoutMs: number,
  decided: (isHttp2: boolean) => void,
  refused: (reason: string, hasSent: boolean) => void,
): void {
  const ignoreError = () => {};
  const destroy = (reason: string) => {
    refused(reason, bytes.length > 0);
    socket.destroy();
  };
  const onEnd = () => {
    if (bytes.length > 0) destroy('it ended in its first word');
    else socket.destroy();
  };
  const stop = () => {
    socket.off('readable', look);
    socket.off('end', onEnd);
    socket.off('close', stop);
    socket.off('error', ignoreError);
    clearTimeout(timer);
  };
  let bytes = Buffer.alloc(0);
  const look = () => {
    const more: Buffer | null = socket.read();
    if (more === null) return;
    bytes = Buffer.concat([bytes, more]);
    // An empty line before the first request is ignored (RFC 9112, section 2.2).
    const text = bytes.toString('latin1', 0, maxLookBytes).replace(/^(?:\r?\n)+/, '');
    const start = starts.find((candidate) => text.startsWith(candidate));
    if (start !== undefined) {
      stop();
      socket.unshift(bytes);
      decided(start === http2Start);
    } else if (bytes.length > maxLookBytes || !starts.some((candidate) => candidate.startsWith(text))) {
      destroy(bytes[0] === tlsHandshake ? 'TLS on a port without TLS' : 'neither HTTP/1.1 nor HTTP/2');
    }
  };
  const timer = setTimeout(() => destroy(`no request within ${timeoutMs} ms`), timeoutMs);
  socket.on('readable', look);
  // A half-closed client that has sent no request cannot get a response.
  socket.once('end', onEnd);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
