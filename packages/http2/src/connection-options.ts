import type { Duplex } from 'node:stream';
import type { HeaderList } from './headers/header-list.ts';
import type { Limits } from './limits/limits.ts';
import type { MemoryBudget } from './limits/memory-budget.ts';
import type { Stream, StreamHandler } from './stream-handler.ts';

export interface ConnectionOptions {
  /**
   * Takes a request whose headers are right by RFC 9113, section 8, and within the limits. `onEnd` follows at once when it has no body.
   * The same object is given for header blocks of the same bytes and meaning: see `HeaderList.memo`. Like a handler's methods it must not throw.
   */
  readonly accept: (stream: Stream, headers: HeaderList) => StreamHandler;
  /** Called once, when the socket is closed and every stream was told. */
  readonly onClose?: (reason: ConnectionClose) => void;
  /** Bytes that were read from the socket before, to see what is spoken. */
  readonly firstBytes?: Buffer;
  /** Those that are not named are `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** Shared by the connections of a process, each of which leaves as much as it takes; without one a connection has only its own limits. */
  readonly memory?: MemoryBudget;
}

export interface Connection {
  readonly socket: Duplex;
  /** Streams that are not closed. */
  readonly openStreams: number;
  /** Whether no new stream is taken: `drain`, an error, or GOAWAY of the peer. */
  readonly draining: boolean;
  /** SETTINGS_MAX_HEADER_LIST_SIZE of the peer, in bytes as RFC 9113, section 6.5.2, counts; Infinity until it says. */
  readonly peerMaxHeaderListBytes: number;

  /**
   * Ends it gracefully (RFC 9113, section 6.8): GOAWAY with the highest stream there is, so that the peer begins no more; a round trip
   * later GOAWAY with the last stream that was taken; when that and all others are closed, the socket ends.
   *
   * @param onDrained called when the last stream has closed, before the socket does; not when the connection is lost before
   */
  drain(onDrained?: () => void): void;

  /** Ends it at once: GOAWAY, every stream closed, the socket ended and soon destroyed. @param code one of `ErrorCode` */
  close(code?: number): void;

  /** Sends PING. @param onAck given the round trip, in milliseconds; never called when the connection ends before */
  ping(onAck: (roundTripMs: number) => void): void;
}

export interface ConnectionClose {
  /** One of `ErrorCode`: what GOAWAY said last, ours or the peer's; NO_ERROR when nobody said anything else. */
  readonly code: number;
  /** `server`: our GOAWAY with an error, or an end such as `drain`. `peer`: its GOAWAY or the end of its socket. */
  readonly by: 'server' | 'peer';
  /** For a log. */
  readonly message: string;
  /** What a handler has thrown. */
  readonly cause?: unknown;
}
