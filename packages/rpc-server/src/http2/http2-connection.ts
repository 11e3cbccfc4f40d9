import type { Socket } from 'node:net';
import type { Peer } from '../address/peer.ts';
import type { ConnectionMemory } from '../memory/connection-memory.ts';

/** Clients of a trusted proxy share its connection: it may send this many times the resets of a single client. */
export const proxyFactor = 10;

export interface Http2Connection {
  /** The number of streams that are not closed. */
  readonly openStreams: number;
  /** Ends the connection at once, with GOAWAY, so that the client can retry the requests that were on their way. */
  close(): void;
  /**
   * Ends the connection when its calls have ended. GOAWAY names the last accepted stream, so that the client can retry
   * later streams elsewhere (RFC 9113, section 6.8).
   */
  drain(): void;
}

/** The part of a connection that its HTTP version uses. */
export interface ServedConnection {
  /** The other end of the connection. */
  readonly peer: Peer;
  /** The number of calls on the connection so far. */
  calls: number;
}

/**
 * Serves HTTP/2 on a socket from which nothing has been read, until the connection has ended.
 *
 * @param onClose called when the connection has ended
 */
export type ServeHttp2 = (
  socket: Socket,
  connection: ServedConnection,
  memory: ConnectionMemory,
  onClose: () => void,
) => Http2Connection;
