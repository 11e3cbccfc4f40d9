import { METHODS } from 'node:http';
import type { Socket } from 'node:net';

/** How HTTP/2's connection preface begins (RFC 9113, section 3.4); no method of HTTP/1.1 does. */
const http2Start = 'PRI ';

const starts = [http2Start, ...METHODS.map((method) => `${method} `)];
/** Enough to tell, with an empty line before. */
const readAtMost = 2 * Math.max(...starts.map((start) => start.length));

/**
 * Waits for the first word of a connection and leaves it to be read. A connection that says nothing, ends before
 * it has, or says something that is no HTTP, is destroyed.
 *
 * @param timeoutMs how long it may take, in milliseconds
 * @param decided called with whether the connection opens like HTTP/2; not at all when it ends before it says so
 */
export function readFirstBytes(socket: Socket, timeoutMs: number, decided: (isHttp2: boolean) => void): void {
  const ignoreError = () => {};
  const end = () => socket.destroy();
  const stop = () => {
    socket.off('readable', look);
    socket.off('end', end);
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
    const text = bytes.toString('latin1', 0, readAtMost).replace(/^(?:\r?\n)+/, '');
    const start = starts.find((candidate) => text.startsWith(candidate));
    if (start !== undefined) {
      stop();
      socket.unshift(bytes);
      decided(start === http2Start);
    } else if (bytes.length > readAtMost || !starts.some((candidate) => candidate.startsWith(text))) end();
  };
  const timer = setTimeout(end, timeoutMs);
  socket.on('readable', look);
  // It may be half open, but has said nothing that could be answered.
  socket.once('end', end);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
