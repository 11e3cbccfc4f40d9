import type { Connection } from './connection-options.ts';
import type { HeaderList } from './headers/header-list.ts';

/**
 * The server's half of one request: what its handler says. Made by the connection, given to `accept`.
 *
 * Nothing is written at once: all that is said in one turn of the event loop, on all streams of a connection, leaves in one write of
 * its socket at the end of the turn. Nothing throws when the stream is closed: what is said to it then is dropped.
 */
export interface Stream {
  readonly id: number;
  readonly connection: Connection;
  /** The request's headers, as given to `accept`. */
  readonly headers: HeaderList;
  /** Whether the request has ended: true in the `onData` of its last bytes already. */
  readonly requestEnded: boolean;
  /** Whether `onClose` has been called: it was reset, or both halves have ended. */
  readonly closed: boolean;
  /** Bytes of `sendData` that wait for the peer's window or for the socket. */
  readonly queuedBytes: number;

  /** @param end whether the response has neither data nor trailers */
  sendHeaders(headers: HeaderList, end?: boolean): void;

  /**
   * Sends `head` and `body`, one after the other, as DATA; a small piece joins the stream's previous DATA frame when that has not left.
   * `head` is copied; `body` is copied unless it must wait, and must not be changed until it has left.
   *
   * @param end whether it is the last of the response
   * @returns false when enough waits: more is taken all the same, but should come after `onDrain`
   */
  sendData(head: Uint8Array, body: Uint8Array, end?: boolean): boolean;

  /** Sends trailers after what is queued, and ends the response. */
  sendTrailers(trailers: HeaderList): void;

  /** A whole small answer: `sendHeaders`, `sendData` and `sendTrailers` in one, at the price of one. */
  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void;

  /**
   * Gives `bytes` of DATA back to the peer's windows (RFC 9113, section 5.2). What a closed stream has not consumed is given back by
   * itself. A peer sends no more than `Limits.streamWindowBytes` that are neither consumed nor read ahead of.
   */
  consume(bytes: number): void;

  /**
   * Gives all that has come back to the peer's windows, so that more comes, but goes on to count it as buffered until it is consumed: for
   * who keeps the beginning of what is larger than the windows.
   */
  readAhead(): void;

  /** Nothing more of the request's data is wanted: what was not consumed, and what comes, is given back to the window of the connection. */
  discard(): void;

  /** Ends the stream at once with RST_STREAM: what is queued is dropped. @param code one of `ErrorCode` */
  reset(code: number): void;
}

/**
 * What is told of one request. `onData` any number of times, `onEnd` at most once, then `onClose` exactly once; `onDrain` in between.
 * All are called synchronously, from within the socket's data or, `onClose`, also from within the call of `Stream` that ended it.
 * None may throw: what does is taken as a fault of the server, and ends the connection with INTERNAL_ERROR.
 */
export interface StreamHandler {
  /**
   * Bytes of the request, `chunk[start]` up to and without `chunk[end]`, at least one, without copying. They stay as they are for as
   * long as someone holds them, but a view holds the whole chunk of the socket, up to 64 KiB: copy what is kept for long.
   */
  onData(chunk: Buffer, start: number, end: number): void;
  /** The request has ended, perhaps with trailers. Not called when the stream closed before, such as in `onData`. */
  onEnd(trailers: HeaderList | undefined): void;
  /** `sendData` said false, and what waited has gone. */
  onDrain(): void;
  /** Nothing follows. @param reason undefined when request and response have ended as they should */
  onClose(reason: StreamClose | undefined): void;
}

export interface StreamClose {
  /** One of `ErrorCode`. */
  readonly code: number;
  /**
   * `peer`: its RST_STREAM. `handler`: `reset`, or a response that ended before its request: NO_ERROR, which the peer is told when it does not end soon.
   * `rules`: what the peer sent, or a limit, made the connection reset it. `connection`: all of it has ended.
   */
  readonly by: 'peer' | 'handler' | 'rules' | 'connection';
}
