import { Code, ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import type { ServerConfig } from '../config/server-config.ts';
import type { Codec, Request, Response } from './codec.ts';
import { compressMinBytes, decompress } from './compression.ts';
import { decodeTurn } from './decode-turns.ts';
import { type Envelope, EnvelopeFlag } from './envelope.ts';
import { tooManyElements } from './errors.ts';

/** The properties of a call that determine how its messages are read and written. */
export interface MessageCoding {
  readonly codec: Codec;
  readonly headers: {
    readonly requestCompression: Compression | null;
    readonly responseCompression: Compression | null;
  };
  readonly config: Pick<ServerConfig, 'maxMessageElements'>;
  /** The limit of a request, also once it is decompressed. */
  readonly maxRequestBytes: number;
}

/**
 * @param flags of the envelope of the message
 * @returns a promise when the message is compressed, or waits for others to be decoded
 * @throws {ConnectError} INVALID_ARGUMENT when it is not a message, RESOURCE_EXHAUSTED when it is too large once
 *   decompressed or has too many elements; also as a rejection
 */
export function decodeMessage(coding: MessageCoding, flags: number, bytes: Uint8Array): Request | Promise<Request> {
  const { headers, maxRequestBytes } = coding;
  if (flags === 0) return parseInTurn(coding, bytes);
  if (flags !== EnvelopeFlag.compressed) {
    throw new ConnectError(`protocol error: invalid envelope flags ${flags}`, Code.InvalidArgument);
  }
  if (headers.requestCompression === null) {
    throw new ConnectError('protocol error: compressed message without an encoding', Code.Internal);
  }
  return decompress(headers.requestCompression, bytes, maxRequestBytes).then((plain) => parseInTurn(coding, plain));
}

/** In bytes. Decoding a smaller message takes no longer than the rest of its call, and so it does not wait. */
const smallBytes = 1_024;

function parseInTurn(coding: MessageCoding, bytes: Uint8Array): Request | Promise<Request> {
  const turn = bytes.length > smallBytes ? decodeTurn(bytes.length) : undefined;
  return turn === undefined ? parse(coding, bytes) : turn.then(() => parse(coding, bytes));
}

/** The elements are counted first: a decoded one takes up to 300 times the memory and time of its bytes. */
function parse({ codec, config: { maxMessageElements: max } }: MessageCoding, bytes: Uint8Array): Request {
  // An element takes a byte or more.
  if (bytes.length > max && codec.hasMoreElements(bytes, max)) throw tooManyElements(max);
  return codec.parse(bytes);
}

/**
 * @returns a promise when the message is compressed
 * @throws when it is not a response of the method: a bug of its handler
 */
export function encodeMessage({ codec, headers }: MessageCoding, message: Response): Envelope | Promise<Envelope> {
  const bytes = codec.serialize(message);
  const compression = headers.responseCompression;
  if (compression === null || bytes.length < compressMinBytes) return { flags: 0, bytes };
  return compression
    .compress(bytes as Uint8Array<ArrayBuffer>)
    .then((compressed) => ({ flags: EnvelopeFlag.compressed, bytes: compressed }));
}
