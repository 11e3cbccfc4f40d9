import type { DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { elementLimit, jsonElementLimit, jsonReader } from '@example/message-codec';
import { type CodecOptions, jsonTextWriter, protoReader, protoWriter } from '@example/rpc-core';

/** A request message of a method. */
export type Request = MessageShape<DescMethod['input']>;
/** A response message of a method, as a handler returns it. */
export type Response = MessageInitShape<DescMethod['output']>;

export type CodecName = 'proto' | 'json';

/** Converts the messages of a method to bytes and back. */
export interface Codec {
  /** @throws {ConnectError} INVALID_ARGUMENT when the bytes are not a message */
  readonly parse: (bytes: Uint8Array) => Request;
  /**
   * Whether the bytes have more elements than `max`, at all levels. Costs no more than reading `max` elements.
   *
   * @throws {ConnectError} INVALID_ARGUMENT when it finds that the bytes are not a message
   */
  readonly hasMoreElements: (bytes: Uint8Array, max: number) => boolean;
  /** @throws when the message is not a response of the method: a bug of its handler */
  readonly serialize: (message: Response) => Uint8Array;
}

export function protoCodec({ input, output }: DescMethod, options: CodecOptions): Codec {
  const prefix = 'the message is not valid protobuf: ';
  return {
    parse: orInvalid(protoReader(input, options), prefix),
    hasMoreElements: orInvalid(elementLimit(input), prefix),
    serialize: protoWriter(output, options),
  };
}

/** Unknown fields are ignored, so that a newer client can call an older server. */
export function jsonCodec({ input, output }: DescMethod, options: CodecOptions): Codec {
  return {
    parse: orInvalid(jsonReader(input, options.jsonOptions)),
    hasMoreElements: jsonElementLimit(input),
    serialize: jsonTextWriter(output, options),
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
