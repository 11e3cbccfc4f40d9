import type { Duplex } from 'node:stream';
import type { HeaderList } from './headers/header-list.ts';
import type { Limits } from './limits/limits.ts';

// The exports for users of both roles, and those for users of the server role. The exports for users of the client role
// are in client/client-api.ts.

export interface ConnectionOptions {
  /**
   * Accepts a request whose headers are valid (RFC 9113, section 8) and within the limits. If the request has no body,
   * `onEnd` follows immediately. Requests with the same header block share one `HeaderList` object: see
   * `HeaderList.memo`. Like the methods of a handler, this function must not throw.
   */
  readonly accept: (stream: Stream, headers: HeaderList) => StreamHandler;
  /**
   * Called when a stream is reset because of frames that the peer sent, even if the stream was not accepted.
   *
   * @param code one of `ErrorCode`
   */
  readonly onViolation?: (code: number) => void;
  /** Called once, after the socket has closed and every stream's `onClose` has been called. */
  readonly onClose?: (reason: ConnectionClose) => void;
  /** Bytes that were already read from the socket, for example to detect the protocol. */
  readonly firstBytes?: Buffer;
  /** Overrides of `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /**
   * Reports how many bytes are in the write buffer of the socket and in an incomplete header block, whenever that
   * number changes. All other memory that a peer can fill belongs to streams, and their handlers control it.
   */
  readonly onBuffered?: (bytes: number) => void;
}

export interface Connection {
  readonly socket: Duplex;
  /** The number of streams that are not closed. */
  readonly openStreams: number;
  /** True once the connection is shutting down: after `drain`, after an error, or after a GOAWAY from the peer. */
  readonly draining: boolean;

  /**
   * Shuts down gracefully (RFC 9113, section 6.8). The first GOAWAY names the highest possible stream, so that the peer
   * opens no more streams. One round trip later, a second GOAWAY names the last accepted stream. The socket ends when
   * all accepted streams have closed.
   *
   * @param onDrained called when the last stream has closed and before the socket ends. Not called if the connection
   *   is lost or closed earlier
   */
  drain(onDrained?: () => void): void;

  /**
   * Closes at once: sends GOAWAY, closes every stream, ends the socket, and destroys it if the peer does not end it
   * soon.
   *
   * @param code one of `ErrorCode`. Default: NO_ERROR
   */
  close(code?: number): void;

  /**
   * Sends PING.
   *
   * @param onAck receives the round-trip time in milliseconds. Not called if the connection ends first
   */
  ping(onAck: (roundTripMs: number) => void): void;
}

/** A GOAWAY of the peer: RFC 9113, section 6.8. */
export interface Goaway {
  /** One of `ErrorCode`. */
  readonly code: number;
  /** The debug data, such as `too_many_pings`: at most 256 characters, each one octet. */
  readonly debugData: string;
}

export interface ConnectionClose {
  /** One of `ErrorCode`: the code of the GOAWAY that ended the connection, ours or the peer's. Otherwise NO_ERROR. */
  readonly code: number;
  /**
   * `local`: this side failed the connection or shut it down. `peer`: the peer sent GOAWAY, or its socket ended or
   * failed.
   */
  readonly by: 'local' | 'peer';
  /** A text for logs. */
  readonly message: string;
  /** The value that a handler threw. */
  readonly cause?: unknown;
}

/**
 * One request and its response, in either role: sends this side's message, and controls how the peer's message arrives.
 *
 * Writes are batched: everything sent in one turn of the event loop, on all streams of a connection, reaches the socket
 * in one write at the end of the turn. On a closed stream, all methods have no effect and do not throw.
 */
export interface MessageStream {
  readonly id: number;
  /** Whether `onClose` has been called: the stream was reset, or both messages have ended. */
  readonly closed: boolean;
  /** Bytes passed to `sendData` that wait for the peer's flow-control window or for the socket. */
  readonly queuedBytes: number;

  /**
   * Sends `head` followed by `body` as DATA. A small piece is appended to the previous DATA frame of the stream if that
   * frame has not been written to the socket yet.
   *
   * @param head copied before the call returns
   * @param body copied before the call returns, unless it has to be queued. Do not change it until it has been sent
   * @param end true for the last data of a message without trailers
   * @returns false for backpressure: the data is accepted, but wait for `onDrain` before sending more
   */
  sendData(head: Uint8Array, body: Uint8Array, end?: boolean): boolean;

  /** Sends trailers after all queued data, and ends the message. */
  sendTrailers(trailers: HeaderList): void;

  /**
   * Reports that `bytes` of received data have been processed: they are returned to the flow-control windows (RFC 9113,
   * section 5.2). Unconsumed data of a closed stream is returned automatically. The peer can send at most
   * `Limits.streamWindowBytes` that are neither consumed nor read ahead.
   */
  consume(bytes: number): void;

  /**
   * Reopens the flow-control windows for all received data that has not been consumed. For handlers that assemble
   * messages larger than the window, and limit their memory themselves.
   */
  readAhead(): void;

  /** Ignores the rest of the peer's data: unconsumed and future data is returned to the connection window. */
  discard(): void;

  /**
   * Resets the stream with RST_STREAM and drops its queued data.
   *
   * @param code one of `ErrorCode`
   */
  reset(code: number): void;
}

/** One request, and the means to respond to it. The connection creates it and passes it to `accept`. */
export interface Stream extends MessageStream {
  readonly connection: Connection;
  /** The request's headers, as passed to `accept`. */
  readonly headers: HeaderList;
  /** Whether the whole request has arrived. Already true in the `onData` call with its last bytes. */
  readonly requestEnded: boolean;

  /** Sends status 100 (RFC 9110, section 15.2.1), before the headers of the response. */
  sendContinue(): void;

  /** @param end true for a response without data and trailers */
  sendHeaders(headers: HeaderList, end?: boolean): void;

  /** Sends a complete small response: `sendHeaders`, `sendData` and `sendTrailers` in one call. */
  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void;
}

/**
 * Receives the events of one stream: `onData` any number of times, then `onEnd` at most once, then `onClose` exactly
 * once. `onDrain` may come at any time before `onClose`. All calls come synchronously from an event of the socket or a
 * timeout. `onClose` can also come from within the `Stream` method that ended the stream.
 *
 * No method may throw. An exception ends the whole connection with INTERNAL_ERROR.
 */
export interface StreamHandler {
  /**
   * Receives at least one byte of the peer's data: `chunk` from `start` (inclusive) to `end` (exclusive), without a
   * copy. The bytes stay valid, but a view keeps the whole chunk of the socket, up to 64 KiB, in memory. Copy bytes
   * that are kept for long.
   */
  onData(chunk: Buffer, start: number, end: number): void;
  /**
   * The peer's message has ended. Not called if the stream closes first.
   *
   * @param trailers undefined if the message has none
   */
  onEnd(trailers: HeaderList | undefined): void;
  /** The data that was queued when `sendData` returned false has been sent. */
  onDrain(): void;
  /**
   * The stream has closed: no further call follows.
   *
   * @param reason undefined if request and response have both ended normally
   */
  onClose(reason: StreamClose | undefined): void;
}

export interface StreamClose {
  /** One of `ErrorCode`. */
  readonly code: number;
  /**
   * `peer`: the peer sent RST_STREAM.
   * `handler`: `Stream.reset`, or a response that ended before its request. The code is then NO_ERROR, and the peer
   * receives it as RST_STREAM unless it ends the request soon.
   * `rules`: the peer violated a rule, or the stream exceeded a limit.
   * `connection`: the whole connection has ended.
   */
  readonly by: 'peer' | 'handler' | 'rules' | 'connection';
}
