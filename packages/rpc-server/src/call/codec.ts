import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  create,
  type DescMethod,
  fromBinary,
  fromJsonString,
  type JsonReadOptions,
  type JsonWriteOptions,
  type MessageInitShape,
  type MessageShape,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { jsonReader, jsonWriter, messageReader, messageWriter } from '@example/message-codec';

/** A request message of a method. */
export type Request = MessageShape<DescMethod['input']>;
/** A response message of a method, as a handler returns it. */
export type Response = MessageInitShape<DescMethod['output']>;

export type CodecName = 'proto' | 'json';

/** Messages of a method to and from bytes. */
export interface Codec {
  /** @throws {ConnectError} INVALID_ARGUMENT when the bytes are not a message */
  readonly parse: (bytes: Uint8Array) => Request;
  /** @throws when the message is not a response of the method: a bug of its handler */
  readonly serialize: (message: Response) => Uint8Array;
}

/** The options of `ConnectRouter.service`. */
export interface CodecOptions {
  readonly binaryOptions?: Partial<BinaryReadOptions & BinaryWriteOptions> | undefined;
  readonly jsonOptions?: Partial<JsonReadOptions & JsonWriteOptions> | undefined;
}

/** Protobuf by @example/message-codec; by protobuf-es when a service has options for it. */
export function protoCodec({ input, output }: DescMethod, { binaryOptions }: CodecOptions): Codec {
  const read =
    binaryOptions === undefined
      ? messageReader(input)
      : (bytes: Uint8Array): Request => fromBinary(input, bytes, binaryOptions);
  const serialize =
    binaryOptions === undefined
      ? messageWriter(output)
      : (message: Response) => toBinary(output, create(output, message), binaryOptions);
  return { parse: orInvalid(read, 'the message is not valid protobuf: '), serialize };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * JSON by @example/message-codec; by protobuf-es when a service has options for it. Unknown fields are ignored, so that
 * a newer client can call an older server.
 */
export function jsonCodec({ input, output }: DescMethod, { jsonOptions }: CodecOptions): Codec {
  if (jsonOptions === undefined) return { parse: orInvalid(jsonReader(input)), serialize: jsonWriter(output) };
  const options = { ignoreUnknownFields: true, ...jsonOptions };
  return {
    parse: orInvalid((bytes) => fromJsonString(input, decoder.decode(bytes), options)),
    serialize: (message) => encoder.encode(toJsonString(output, create(output, message), options)),
  };
}

/** @param prefix of the error message */
function orInvalid(parse: Codec['parse'], prefix = ''): Codec['parse'] {
  return (bytes) => {
    try {
      return parse(bytes);
    } catch (error) {
      throw new ConnectError(`${prefix}${(error as Error).message}`, Code.InvalidArgument);
    }
  };
}
