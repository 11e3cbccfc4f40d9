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
import { jsonReader, jsonWriter, messageReader, messageWriter } from '@example/message-codec';
import type { CodecName } from '../protocol/protocol.ts';

export type Request = MessageInitShape<DescMethod['input']>;
export type Response = MessageShape<DescMethod['output']>;

/** The messages of a method to and from bytes. */
export interface Codec {
  /** @throws {ConnectError} INTERNAL when the message is not of the method's input type */
  readonly encode: (message: Request) => Uint8Array;
  /** @throws {ConnectError} INTERNAL when the bytes are not a message */
  readonly decode: (bytes: Uint8Array) => Response;
}

export interface CodecOptions {
  readonly binaryOptions?: Partial<BinaryReadOptions & BinaryWriteOptions> | undefined;
  readonly jsonOptions?: Partial<JsonReadOptions & JsonWriteOptions> | undefined;
}

/** By @example/message-codec; by protobuf-es when there are options for it. */
export function createCodec(name: CodecName, { input, output }: DescMethod, options: CodecOptions): Codec {
  const { encode, decode } = name === 'proto' ? proto(options.binaryOptions) : json(options.jsonOptions);
  return { encode: orInternal(encode), decode: orInternal(decode) };

  function proto(own: CodecOptions['binaryOptions']): Codec {
    if (own === undefined) return { encode: messageWriter(input), decode: messageReader(output) };
    return {
      encode: (message) => toBinary(input, create(input, message), own),
      decode: (bytes) => fromBinary(output, bytes, own),
    };
  }

  function json(own: CodecOptions['jsonOptions']): Codec {
    const encoder = new TextEncoder();
    return {
      encode:
        own === undefined
          ? jsonWriter(input)
          : (message) => encoder.encode(toJsonString(input, create(input, message), own)),
      decode: jsonReader(output, { ignoreUnknownFields: true, ...own }),
    };
  }
}

function orInternal<A, R>(convert: (from: A) => R): (from: A) => R {
  return (from) => {
    try {
      return convert(from);
    } catch (error) {
      throw new ConnectError((error as Error).message, Code.Internal, undefined, undefined, error);
    }
  };
}
