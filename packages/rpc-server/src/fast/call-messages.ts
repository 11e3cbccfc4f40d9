import { Code, ConnectError } from '@connectrpc/connect';
import { correctConnectError, mapError } from '../calls/error-mapping.ts';
import type { Call } from './call.ts';
import type { CallHead } from './call-head.ts';
import type { Answer, Codec, Request } from './method.ts';

/** Smaller messages are sent as they are, in bytes, as Connect does: it is not worth the time to compress them. */
const compressMinBytes = 1_024;
export const compressedFlag = 1;

/** What is sent of a message. */
export interface Message {
  /** Those of its prefix. */
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** The messages of one call, from and to what is on the wire. */
export class CallMessages {
  readonly #call: Call;
  readonly #codec: Codec;
  readonly #head: CallHead;

  constructor(call: Call, head: CallHead) {
    this.#call = call;
    this.#codec = call.method[head.codec];
    this.#head = head;
  }

  /**
   * @param flags before the message
   * @returns a promise when it is compressed
   * @throws {ConnectError} INVALID_ARGUMENT; as the promise does, and RESOURCE_EXHAUSTED when it is too large then
   */
  decode(flags: number, bytes: Uint8Array): Request | Promise<Request> {
    return (flags & compressedFlag) === 0 ? this.#parse(bytes) : this.#decompress(bytes);
  }

  #parse(bytes: Uint8Array): Request {
    try {
      return this.#codec.parse(bytes);
    } catch (error) {
      throw this.#corrected(error);
    }
  }

  async #decompress(bytes: Uint8Array): Promise<Request> {
    const compression = this.#head.requestCompression;
    if (compression === null) {
      throw new ConnectError('received compressed envelope, but do not know how to decompress', Code.Internal);
    }
    const { maxMessageBytes } = this.#call.server.config;
    try {
      return this.#codec.parse(await compression.decompress(bytes as Uint8Array<ArrayBuffer>, maxMessageBytes));
    } catch (error) {
      throw this.#corrected(error);
    }
  }

  /**
   * @returns a promise when it is compressed
   * @throws {ConnectError} INTERNAL: a bug, which is logged
   */
  encode(answer: Answer): Message | Promise<Message> {
    let bytes: Uint8Array;
    try {
      bytes = this.#codec.serialize(answer);
    } catch (error) {
      throw this.#corrected(error);
    }
    const compression = this.#head.responseCompression;
    if (compression === null || bytes.length < compressMinBytes) return { flags: 0, bytes };
    return compression
      .compress(bytes as Uint8Array<ArrayBuffer>)
      .then((compressed) => ({ flags: compressedFlag, bytes: compressed }));
  }

  #corrected(error: unknown): ConnectError {
    const logger = this.#call.logger();
    return error instanceof ConnectError
      ? correctConnectError(error, logger)
      : mapError(error, { aborted: false, reason: undefined }, logger);
  }
}

/** One for all: the connection copies it. */
const prefix = new Uint8Array(5);

/** What goes before a message. It holds until the next is made. */
export function prefixOf({ flags, bytes: { length } }: Message): Uint8Array {
  prefix[0] = flags;
  prefix[1] = length >>> 24;
  prefix[2] = length >>> 16;
  prefix[3] = length >>> 8;
  prefix[4] = length;
  return prefix;
}
