import type { ConnectError } from '@connectrpc/connect';
import type { ServerConfig } from '../config/server-config.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream } from './call-stream.ts';
import type { Codec, Request } from './codec.ts';

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
