import { METHODS } from 'node:http';
import type { Socket } from 'node:net';

/** The beginning of HTTP/2's connection preface (RFC 9113, section 3.4); no method of HTTP/1.1 begins like it. */
const http2Start = 'PRI ';

const starts = [http2Start, ...METHODS.map((method) => `${method} `)];
/** Enough to decide, with an empty line in front. */
const maxLookBytes = 2 * Math.max(...starts.map((start) => start.length));

/**
 * Reads the first word of a connection, and puts it back to be read again. A connection that sends nothing in time,
 * ends before, or sends anything but HTTP is destroyed.
 *
 * @param timeoutMs in milliseconds
 * @param decided receives true for HTTP/2, false for HTTP/1.1; not called for a connection that is destroyed
 */
export function detectProtocol(socket: Socket, timeoutMs: number, decided: (isHttp2: boolean) => void): void {
  const ignoreError = () => {};
  const destroy = () => socket.destroy();
  const stop = () => {
    socket.off('readable', look);
    socket.off('end', destroy);
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
    } else if (bytes.length > maxLookBytes || !starts.some((candidate) => candidate.startsWith(text))) destroy();
  };
  const timer = setTimeout(destroy, timeoutMs);
  socket.on('readable', look);
  // A half-closed client that has sent no request cannot get a response.
  socket.once('end', destroy);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
