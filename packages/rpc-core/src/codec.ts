import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  create,
  type DescMessage,
  fromBinary,
  type JsonReadOptions,
  type JsonWriteOptions,
  type MessageInitShape,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { jsonWriter, type MessageReader, messageReader, messageWriter } from '@example/message-codec';
import { viewOf } from './view-of.ts';

/** Options of protobuf-es. If they are set, protobuf-es converts messages; otherwise @example/message-codec does. */
export interface CodecOptions {
  readonly binaryOptions?: Partial<BinaryReadOptions & BinaryWriteOptions> | undefined;
  readonly jsonOptions?: Partial<JsonReadOptions & JsonWriteOptions> | undefined;
}

/** The returned function throws if the bytes are not a message of the type. */
export function protoReader<Desc extends DescMessage>(
  desc: Desc,
  { binaryOptions }: CodecOptions,
): MessageReader<Desc> {
  if (binaryOptions === undefined) return messageReader(desc);
  return (bytes, start = 0, end = bytes.length) => fromBinary(desc, viewOf(bytes, start, end), binaryOptions);
}

/** The returned function throws if its argument is not a message of the type. */
export function protoWriter<Desc extends DescMessage>(
  desc: Desc,
  { binaryOptions }: CodecOptions,
): (message: MessageInitShape<Desc>) => Uint8Array {
  if (binaryOptions === undefined) return messageWriter(desc);
  return (message) => toBinary(desc, create(desc, message), binaryOptions);
}

const encoder = new TextEncoder();

/** Writes JSON as UTF-8. The returned function throws if its argument is not a message of the type. */
export function jsonTextWriter<Desc extends DescMessage>(
  desc: Desc,
  { jsonOptions }: CodecOptions,
): (message: MessageInitShape<Desc>) => Uint8Array {
  if (jsonOptions === undefined) return jsonWriter(desc);
  return (message) => encoder.encode(toJsonString(desc, create(desc, message), jsonOptions));
}
