import type { Socket } from 'node:net';

/** The start of HTTP/2's connection preface (RFC 9113, section 3.4): no HTTP/1.1 method begins like it. */
const http2Preface = Buffer.from('PRI ');

/**
 * Waits for the first bytes of a connection and leaves them to be read. A connection that says nothing is destroyed.
 *
 * @param timeoutMs how long it may take, in milliseconds
 * @param decided called with whether the connection opens like HTTP/2; not at all when it ends before it says so
 */
export function readFirstBytes(socket: Socket, timeoutMs: number, decided: (isHttp2: boolean) => void): void {
  const ignoreError = () => {};
  const stop = () => {
    socket.off('readable', look);
    socket.off('close', stop);
    socket.off('error', ignoreError);
    clearTimeout(timer);
  };
  const settle = (isHttp2: boolean) => {
    stop();
    decided(isHttp2);
  };
  const look = () => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    socket.unshift(bytes);
    const start = bytes.subarray(0, http2Preface.length);
    if (!http2Preface.subarray(0, start.length).equals(start)) settle(false);
    else if (start.length === http2Preface.length) settle(true);
  };
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.on('readable', look);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
