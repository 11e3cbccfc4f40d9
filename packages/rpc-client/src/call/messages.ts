import { Code, ConnectError } from '@connectrpc/connect';
import { decompress, type Envelope, EnvelopeFlag, messageTooLarge, tooManyElements } from '@example/rpc-core';
import type { ResponseHead } from '../protocol/protocol.ts';
import type { CallMethod } from './call-method.ts';
import type { Request, Response } from './codec.ts';

/** Limits of one message of a response. */
export interface ResponseLimits {
  /** The limit in bytes, both compressed and decompressed. */
  readonly maxResponseBytes: number;
  /** The limit of elements: fields, known or not, and items of lists, at all levels. */
  readonly maxResponseElements: number;
}

/**
 * Encodes a request, and compresses it if it is large enough.
 *
 * @throws {ConnectError} RESOURCE_EXHAUSTED above the limit
 */
export function encodeRequest(
  { encode, target: { sendCompression, compressMinBytes } }: CallMethod,
  message: Request,
  maxBytes: number,
): Envelope | Promise<Envelope> {
  const bytes = encode(message);
  if (bytes.length > maxBytes) throw messageTooLarge(bytes.length, maxBytes);
  if (sendCompression === undefined || bytes.length < compressMinBytes) return { flags: 0, bytes };
  return sendCompression
    .compress(bytes as Uint8Array<ArrayBuffer>)
    .then((compressed) => ({ flags: EnvelopeFlag.compressed, bytes: compressed }));
}

/**
 * @param flags the flags of the message's envelope
 * @throws {ConnectError} also as a rejection
 */
export function decodeResponse(
  method: CallMethod,
  head: ResponseHead,
  flags: number,
  bytes: Uint8Array,
  limits: ResponseLimits,
): Response | Promise<Response> {
  if (flags === 0) return decode(method, bytes, limits);
  return plainBytes(head, flags, bytes, limits.maxResponseBytes).then((plain) => decode(method, plain, limits));
}

/** Counts the elements first, because a decoded element takes up to 300 times the memory and time of its bytes. */
function decode(method: CallMethod, bytes: Uint8Array, { maxResponseElements: max }: ResponseLimits): Response {
  // An element takes at least a byte.
  if (bytes.length > max && method.hasMoreElements(bytes, max)) {
    throw tooManyElements(max, 'request fewer at once, or set maxResponseElements');
  }
  return method.decode(bytes);
}

/** Decompresses the message of an envelope, if its flags require it. @throws {ConnectError} as a rejection */
export async function plainBytes(
  { compression }: ResponseHead,
  flags: number,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array> {
  if (flags === 0) return bytes;
  if (flags !== EnvelopeFlag.compressed) {
    throw new ConnectError(`protocol error: invalid envelope flags ${flags}`, Code.Internal);
  }
  if (compression === undefined) {
    throw new ConnectError('protocol error: compressed message without an encoding', Code.Internal);
  }
  return await decompress(compression, bytes, maxBytes);
}
