import { Code, ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import { compressMinBytes, decompress, type Envelope, EnvelopeFlag, tooManyElements, viewOf } from '@example/rpc-core';
import type { ServerConfig } from '../config/server-config.ts';
import type { Codec, Request, Response } from './codec.ts';
import { decoding } from './turns.ts';

/** The properties of a call that determine how its messages are read and written. */
export interface MessageCoding {
  /** Identifies the connection of the call. Connections with much to decode take turns. */
  readonly connection: object;
  readonly codec: Codec;
  readonly headers: {
    readonly requestCompression: Compression | null;
    readonly responseCompression: Compression | null;
  };
  readonly config: Pick<ServerConfig, 'maxMessageElements'>;
  /** The limit of a request in bytes, both compressed and decompressed. */
  readonly maxRequestBytes: number;
  /** Counts bytes that the call holds. @throws {ConnectError} RESOURCE_EXHAUSTED */
  hold(bytes: number): void;
  release(bytes: number): void;
  /** Counts the decompressed bytes of the current message, until the next message. @throws as `hold` */
  holdDecompressed(bytes: number): void;
}

/**
 * Decodes the message in `bytes` from `start` (inclusive) to `end` (exclusive).
 *
 * @param flags the flags of the message's envelope
 * @returns a promise when the message is compressed, or waits for others to be decoded
 * @throws {ConnectError} INVALID_ARGUMENT when it is not a message, RESOURCE_EXHAUSTED when it is too large once
 *   decompressed, has too many elements, or exceeds the memory budget; also as a rejection
 */
export function decodeMessage(
  coding: MessageCoding,
  flags: number,
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): Request | Promise<Request> {
  const { headers, maxRequestBytes } = coding;
  if (flags === 0) return parseInTurn(coding, bytes, start, end);
  if (flags !== EnvelopeFlag.compressed) {
    throw new ConnectError(`protocol error: invalid envelope flags ${flags}`, Code.InvalidArgument);
  }
  if (headers.requestCompression === null) {
    throw new ConnectError('protocol error: compressed message without an encoding', Code.Internal);
  }
  return decompress(headers.requestCompression, viewOf(bytes, start, end), maxRequestBytes).then((plain) => {
    coding.holdDecompressed(plain.length);
    return parseInTurn(coding, plain, 0, plain.length);
  });
}

/**
 * Messages smaller than this, in bytes, do not wait for a turn, because decoding them takes less time than the rest of
 * their call.
 */
const smallBytes = 1_024;

function parseInTurn(coding: MessageCoding, bytes: Uint8Array, start: number, end: number): Request | Promise<Request> {
  const turn = end - start > smallBytes ? decoding.wait(end - start, coding.connection) : undefined;
  return turn === undefined ? parse(coding, bytes, start, end) : turn.then(() => parse(coding, bytes, start, end));
}

/** Counts the elements first, because a decoded element takes up to 300 times the memory and time of its bytes. */
function parse({ codec, config }: MessageCoding, bytes: Uint8Array, start: number, end: number): Request {
  const max = config.maxMessageElements;
  // An element takes at least a byte.
  if (end - start > max && codec.hasMoreElements(viewOf(bytes, start, end), max))
    throw tooManyElements(max, 'send fewer at once');
  return codec.parse(bytes, start, end);
}

/**
 * @returns a promise when the message is compressed
 * @throws {ConnectError} RESOURCE_EXHAUSTED when it exceeds the memory budget
 * @throws when it is not a response of the method: a bug of its handler
 */
export function encodeMessage(coding: MessageCoding, message: Response): Envelope | Promise<Envelope> {
  const bytes = coding.codec.serialize(message);
  const compression = coding.headers.responseCompression;
  if (compression === null || bytes.length < compressMinBytes) return { flags: 0, bytes };
  coding.hold(bytes.length);
  return compression.compress(bytes as Uint8Array<ArrayBuffer>).then((compressed) => {
    coding.release(bytes.length);
    return { flags: EnvelopeFlag.compressed, bytes: compressed };
  });
}
