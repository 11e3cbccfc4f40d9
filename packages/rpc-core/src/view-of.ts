/**
 * The bytes from `start` (inclusive) to `end` (exclusive), without a copy. Unlike `subarray`, it makes no Buffer of a
 * Buffer: fields of type bytes are views of a message.
 */
export function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
