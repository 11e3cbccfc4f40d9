import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  create,
  type DescMethod,
  fromBinary,
  type JsonReadOptions,
  type JsonWriteOptions,
  type MessageInitShape,
  type MessageShape,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  elementLimit,
  jsonElementLimit,
  jsonReader,
  jsonWriter,
  messageReader,
  messageWriter,
} from '@example/message-codec';

/** A request message of a method. */
export type Request = MessageShape<DescMethod['input']>;
/** A response message of a method, as a handler returns it. */
export type Response = MessageInitShape<DescMethod['output']>;

export type CodecName = 'proto' | 'json';

/** Messages of a method to and from bytes. */
export interface Codec {
  /** @throws {ConnectError} INVALID_ARGUMENT when the bytes are not a message */
  readonly parse: (bytes: Uint8Array) => Request;
  /**
   * Whether the bytes have more elements than `max`, at all levels. Costs no more than `max` elements.
   *
   * @throws {ConnectError} INVALID_ARGUMENT when it finds that the bytes are not a message
   */
  readonly hasMoreElements: (bytes: Uint8Array, max: number) => boolean;
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
  const prefix = 'the message is not valid protobuf: ';
  return { parse: orInvalid(read, prefix), hasMoreElements: orInvalid(elementLimit(input), prefix), serialize };
}

const encoder = new TextEncoder();

/**
 * JSON by @example/message-codec; by protobuf-es when a service has options for it. Unknown fields are ignored, so that
 * a newer client can call an older server.
 */
export function jsonCodec({ input, output }: DescMethod, { jsonOptions }: CodecOptions): Codec {
  return {
    parse: orInvalid(jsonReader(input, jsonOptions)),
    hasMoreElements: jsonElementLimit(input),
    serialize:
      jsonOptions === undefined
        ? jsonWriter(output)
        : (message) => encoder.encode(toJsonString(output, create(output, message), jsonOptions)),
  };
}

/** @param prefix of the error message */
function orInvalid<Args extends unknown[], T>(read: (...args: Args) => T, prefix = ''): (...args: Args) => T {
  return (...args) => {
    try {
      return read(...args);
    } catch (error) {
      throw new ConnectError(`${prefix}${(error as Error).message}`, Code.InvalidArgument);
    }
  };
}
