import { Code, ConnectError } from '@connectrpc/connect';

/** @param length of the message, in bytes; undefined while the message is decompressed, when the length is not known */
export function messageTooLarge(length: number | undefined, maxBytes: number): ConnectError {
  const size = length === undefined ? 'the decompressed message' : `a message of ${length} bytes`;
  return new ConnectError(`${size} exceeds the limit of ${maxBytes} bytes`, Code.ResourceExhausted);
}
