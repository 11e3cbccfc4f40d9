import type { DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { elementLimit, jsonElementLimit, jsonReader } from '@example/message-codec';
import { type CodecOptions, jsonTextWriter, protoReader, protoWriter } from '@example/rpc-core';
import type { CodecName } from '../protocol/protocol.ts';

export type Request = MessageInitShape<DescMethod['input']>;
export type Response = MessageShape<DescMethod['output']>;

/** Converts the messages of a method to bytes and back. */
export interface Codec {
  /** @throws {ConnectError} INTERNAL when the message is not of the method's input type */
  readonly encode: (message: Request) => Uint8Array;
  /** @throws {ConnectError} INTERNAL when the bytes are not a message */
  readonly decode: (bytes: Uint8Array) => Response;
  /**
   * Whether the bytes have more elements than `max`, at all levels. Costs no more than reading `max` elements.
   *
   * @throws {ConnectError} INTERNAL when it finds that the bytes are not a message
   */
  readonly hasMoreElements: (bytes: Uint8Array, max: number) => boolean;
}

export function createCodec(name: CodecName, { input, output }: DescMethod, options: CodecOptions): Codec {
  const isProto = name === 'proto';
  return {
    encode: orInternal(isProto ? protoWriter(input, options) : jsonTextWriter(input, options)),
    decode: orInternal(isProto ? protoReader(output, options) : jsonReader(output, options.jsonOptions)),
    hasMoreElements: orInternal(isProto ? elementLimit(output) : jsonElementLimit(output)),
  };
}

function orInternal<A extends unknown[], R>(convert: (...from: A) => R): (...from: A) => R {
  return (...from) => {
    try {
      return convert(...from);
    } catch (error) {
      throw new ConnectError((error as Error).message, Code.Internal, undefined, undefined, error);
    }
  };
}
