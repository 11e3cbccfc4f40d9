/**
 * The bytes from `start` (inclusive) to `end` (exclusive), without a copy. Unlike `subarray` of a Buffer, the result is
 * never a Buffer, so that fields of type bytes, which are views of a message, are not Buffers.
 */
export function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
