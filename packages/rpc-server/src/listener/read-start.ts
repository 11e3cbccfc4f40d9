import type { Socket } from 'node:net';

/** The result of reading the first bytes of a connection. */
export type Start<T> =
  | 'incomplete'
  | { readonly fault: string }
  /** @property bytes the number of bytes that have been processed, and are not read again */
  | { readonly value: T; readonly bytes: number };

/**
 * Reads the first bytes of a connection, and puts back the bytes that are to be read again. It destroys a connection
 * that sends nothing in time, ends too early, or sends invalid data.
 *
 * @param timeoutMs in milliseconds
 * @param parse receives all bytes that have arrived
 * @param onRead not called for a connection that is destroyed
 * @param refused receives the reason why a connection is destroyed, and whether it has sent any data. Not called for a
 *   connection that ends without having sent any, as those of health probes do
 */
export function readStart<T>(
  socket: Socket,
  timeoutMs: number,
  parse: (bytes: Buffer) => Start<T>,
  onRead: (value: T) => void,
  refused: (reason: string, hasSent: boolean) => void,
): void {
  const ignoreError = () => {};
  const destroy = (reason: string) => {
    refused(reason, bytes.length > 0);
    socket.destroy();
  };
  const onEnd = () => {
    if (bytes.length > 0) destroy('the connection ended in its first word');
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
    const start = parse(bytes);
    if (start === 'incomplete') return;
    if ('fault' in start) {
      destroy(start.fault);
      return;
    }
    stop();
    if (bytes.length > start.bytes) socket.unshift(bytes.subarray(start.bytes));
    onRead(start.value);
  };
  const timer = setTimeout(() => destroy(`no request within ${timeoutMs} ms`), timeoutMs);
  socket.on('readable', look);
  // A half-closed client that has sent no request cannot get a response.
  socket.once('end', onEnd);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
