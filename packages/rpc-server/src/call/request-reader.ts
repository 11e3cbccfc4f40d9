import { Code, ConnectError } from '@connectrpc/connect';
import type { ServerConfig } from '../config/server-config.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream } from './call-stream.ts';
import type { Codec, Request } from './codec.ts';
import { decompress } from './compression.ts';
import { EnvelopeFlag } from './envelope.ts';

/** What a request reader needs of its call. */
export interface RequestCall {
  readonly stream: CallStream;
  readonly headers: CallHeaders;
  readonly codec: Codec;
  readonly config: ServerConfig;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly mayPause: boolean;
  /** Calls the handler with the request: a message, or a promise of it while it is decompressed. */
  handleMessage(decode: () => Request | Promise<Request>): void;
  /** Calls the handler with the stream of requests. */
  handleStream(requests: AsyncIterable<Request>): void;
  /** Ends the call with an error. */
  fail(error: unknown): void;
}

/** Reads the body of a request, as its protocol and the kind of its method have it. */
export interface RequestReader {
  /** Bytes of the body, `chunk[start]` up to and without `chunk[end]`. They may arrive before `start()`. */
  onData(chunk: Uint8Array, start: number, end: number): void;
  onEnd(): void;
  /** The gate has admitted the call. */
  start(): void;
  /** The call has ended. */
  stop(reason: ConnectError): void;
  /** When the client will have taken too long to send, by `performance.now()`. */
  readonly timeoutAt: number;
  onTimeout(): void;
}

/**
 * @param flags of the envelope of the message
 * @returns a promise when the message is compressed
 * @throws {ConnectError} INVALID_ARGUMENT when it is not a message, RESOURCE_EXHAUSTED when it is too large once
 *   decompressed; also as a rejection
 */
export function decodeMessage(
  { codec, headers, config }: Pick<RequestCall, 'codec' | 'headers' | 'config'>,
  flags: number,
  bytes: Uint8Array,
): Request | Promise<Request> {
  if (flags === 0) return codec.parse(bytes);
  if (flags !== EnvelopeFlag.compressed) {
    throw new ConnectError(`protocol error: invalid envelope flags ${flags}`, Code.InvalidArgument);
  }
  const compression = headers.requestCompression;
  if (compression === null) {
    throw new ConnectError('protocol error: compressed message without an encoding', Code.Internal);
  }
  return decompress(compression, bytes, config.maxMessageBytes).then(codec.parse);
}
