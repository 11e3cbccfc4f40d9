/** The bytes of the length before a message. */
const prefixBytes = 4;

/** The longest accepted message, in bytes: longer than any that a suite sends. */
const maxMessageBytes = 16 * 1024 * 1024;

/** A message as connectconformance reads it: its length as a big-endian 32-bit number, then the message. */
export function delimited(message: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(prefixBytes + message.byteLength);
  bytes.writeUInt32BE(message.byteLength);
  bytes.set(message, prefixBytes);
  return bytes;
}

/**
 * Reads the messages that `delimited` wrote, from chunks of any size.
 *
 * @throws when a message is longer than 16 MiB, or the bytes end within a message
 */
export async function* readDelimited(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let buffered = Buffer.alloc(0);
  for await (const chunk of chunks) {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= prefixBytes) {
      const length = buffered.readUInt32BE();
      if (length > maxMessageBytes) throw new Error(`a message of ${length} bytes is longer than ${maxMessageBytes}`);
      const end = prefixBytes + length;
      if (buffered.length < end) break;
      yield buffered.subarray(prefixBytes, end);
      buffered = buffered.subarray(end);
    }
  }
  if (buffered.length > 0) throw new Error(`the input ended ${buffered.length} bytes into a message`);
}
