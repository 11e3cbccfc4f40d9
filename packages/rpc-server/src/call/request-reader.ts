import type { DescMethod } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import type { ServerConfig } from '../config/server-config.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream } from './call-stream.ts';
import type { Codec, Request } from './codec.ts';
import type { MessageCoding } from './message-coding.ts';

/** The part of a call that a request reader uses. */
export interface RequestCall extends MessageCoding {
  readonly stream: CallStream;
  readonly headers: CallHeaders;
  readonly codec: Codec;
  readonly config: ServerConfig;
  /** The limit of one message, in bytes. */
  readonly maxRequestBytes: number;
  /** A time of `performance.now()`, in milliseconds. */
  readonly startedAt: number;
  readonly desc: DescMethod;
  /**
   * Counts a message of a stream. @returns 0, or the time until its caller's rate allows the message, in milliseconds
   */
  takeMessage(): number;
  /**
   * Counts bytes that the request holds, until `release` or the end of the call.
   *
   * @returns false when they exceed the memory budget. The call has then ended
   */
  take(bytes: number): boolean;
  /** Calls the handler with the request: a message, or a promise of the message while it is decompressed. */
  handleMessage(decode: () => Request | Promise<Request>): void;
  /** Calls the handler with the stream of requests. */
  handleStream(requests: AsyncIterable<Request>): void;
  /** Ends the call with an error. */
  fail(error: unknown): void;
}

/** Reads the body of a request. Protocols and kinds of methods have different readers. */
export interface RequestReader {
  /**
   * Receives bytes of the body: `chunk` from `start` (inclusive) to `end` (exclusive). May be called before `start()`.
   */
  onData(chunk: Uint8Array, start: number, end: number): void;
  onEnd(): void;
  /** Called when the gate has admitted the call. */
  start(): void;
  /** Called when the call has ended. @param reason creates the error for a handler that continues to read */
  stop(reason: () => ConnectError): void;
  /** When to call `onTimeout`, because the client is too slow: a time of `performance.now()`. */
  readonly timeoutAt: number;
  onTimeout(): void;
}
