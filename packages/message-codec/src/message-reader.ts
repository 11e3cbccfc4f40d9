import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { isSupported } from './is-supported.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import { MessageDecoder } from './message-decoder.ts';
import { WireReader } from './wire-reader.ts';

/** Shared by all calls: reading is synchronous and never nested. */
const reader = new WireReader();

/**
 * Reads the message in `bytes` from `start` (inclusive, default 0) to `end` (exclusive, default the length).
 */
export type MessageReader<Desc extends DescMessage> = (
  bytes: Uint8Array,
  start?: number,
  end?: number,
) => MessageShape<Desc>;

/**
 * Returns a function that is equivalent to `fromBinary(schema, bytes)`, and several times faster for common proto3
 * messages. As with `fromBinary`, fields of type bytes are views of `bytes`, but never Buffers.
 *
 * @throws what `fromBinary` throws
 */
export function messageReader<Desc extends DescMessage>(schema: Desc): MessageReader<Desc> {
  const slowReader: MessageReader<Desc> = (bytes, start = 0, end = bytes.length) =>
    fromBinary(schema, new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
  if (!isSupported(schema)) return slowReader;
  let decoder: MessageDecoder | undefined;
  return (bytes, start = 0, end = bytes.length) => {
    decoder ??= MessageDecoder.of(schema);
    try {
      const message = decoder.create();
      reader.begin(bytes, start, end);
      decoder.decode(reader, end, message, 1);
      return message as MessageShape<Desc>;
    } catch (error) {
      if (error !== leaveFastPath) throw error;
      return slowReader(bytes, start, end);
    }
  };
}
