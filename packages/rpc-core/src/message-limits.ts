import { Code, ConnectError } from '@connectrpc/connect';

/**
 * @param length the length of the message, in bytes; undefined if the limit was exceeded while the message was
 *   decompressed
 */
export function messageTooLarge(length: number | undefined, maxBytes: number): ConnectError {
  const size = length === undefined ? 'the decompressed message' : `a message of ${length} bytes`;
  return new ConnectError(`${size} exceeds the limit of ${maxBytes} bytes`, Code.ResourceExhausted);
}

/** @param hint what the caller can do */
export function tooManyElements(max: number, hint: string): ConnectError {
  const text = `the message has more than ${max} elements (fields and items of lists, at all levels): ${hint}`;
  return new ConnectError(text, Code.ResourceExhausted);
}
