import type { Socket } from 'node:net';

/** What the first bytes of a connection are found to be. */
export type Start<T> =
  | 'incomplete'
  | 'invalid'
  | { readonly value: T /** How many bytes are done with. */; readonly bytes: number };

/**
 * Reads the first bytes of a connection, and puts back those that are to be read again. A connection that sends nothing
 * in time, ends before, or is invalid is destroyed.
 *
 * @param timeoutMs in milliseconds
 * @param parse looks at all bytes that have arrived
 * @param onRead not called for a connection that is destroyed
 */
export function readStart<T>(
  socket: Socket,
  timeoutMs: number,
  parse: (bytes: Buffer) => Start<T>,
  onRead: (value: T) => void,
): void {
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
    const start = parse(bytes);
    if (start === 'invalid') destroy();
    if (typeof start === 'string') return;
    stop();
    if (bytes.length > start.bytes) socket.unshift(bytes.subarray(start.bytes));
    onRead(start.value);
  };
  const timer = setTimeout(destroy, timeoutMs);
  socket.on('readable', look);
  // A half-closed client that has sent no request cannot get a response.
  socket.once('end', destroy);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
