import type { DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { elementLimit, jsonElementLimit, jsonReader, type MessageReader } from '@example/message-codec';
import { type CodecOptions, jsonTextWriter, protoReader, protoWriter, viewOf } from '@example/rpc-core';

/** A request message of a method. */
export type Request = MessageShape<DescMethod['input']>;
/** A response message of a method, as a handler returns it. */
export type Response = MessageInitShape<DescMethod['output']>;

export type CodecName = 'proto' | 'json';

/** Converts the messages of a method to bytes and back. */
export interface Codec {
  /** @throws {ConnectError} INVALID_ARGUMENT when the bytes are not a message */
  readonly parse: MessageReader<DescMethod['input']>;
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
  const read = protoReader(input, options);
  const hasMore = elementLimit(input);
  return {
    parse(bytes, start, end) {
      try {
        return read(bytes, start, end);
      } catch (error) {
        throw invalidProtobuf(error);
      }
    },
    hasMoreElements(bytes, max) {
      try {
        return hasMore(bytes, max);
      } catch (error) {
        throw invalidProtobuf(error);
      }
    },
    serialize: protoWriter(output, options),
  };
}

function invalidProtobuf(error: unknown): ConnectError {
  return new ConnectError(`the message is not valid protobuf: ${(error as Error).message}`, Code.InvalidArgument);
}

/** Unknown fields are ignored, so that a newer client can call an older server. */
export function jsonCodec({ input, output }: DescMethod, options: CodecOptions): Codec {
  const read = jsonReader(input, options.jsonOptions);
  return {
    parse(bytes, start = 0, end = bytes.length) {
      try {
        return read(viewOf(bytes, start, end));
      } catch (error) {
        throw new ConnectError((error as Error).message, Code.InvalidArgument);
      }
    },
    hasMoreElements: jsonElementLimit(input),
    serialize: jsonTextWriter(output, options),
  };
}
