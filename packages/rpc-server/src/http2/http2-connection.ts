import type { Socket } from 'node:net';
import type { Peer } from '../address/peer.ts';
import type { ConnectionMemory } from '../memory/connection-memory.ts';

/** How many times the resets of one client a trusted proxy may send, whose clients share its connection. */
export const proxyFactor = 10;

export interface Http2Connection {
  /** The number of streams that are not closed. */
  readonly openStreams: number;
  /** Ends the connection at once: with GOAWAY, so that the client can retry what was on its way. */
  close(): void;
  /**
   * Ends the connection once its calls have ended. GOAWAY names the last accepted stream, so that the client can retry
   * later ones elsewhere (RFC 9113, section 6.8).
   */
  drain(): void;
}

/** The part of a connection that its HTTP version uses. */
export interface ServedConnection {
  /** The other end. */
  readonly peer: Peer;
  /** How many calls it has had. */
  calls: number;
}

/**
 * Serves HTTP/2 on a socket from which nothing has been read, until the connection has ended.
 *
 * @param onClose called then
 */
export type ServeHttp2 = (
  socket: Socket,
  connection: ServedConnection,
  memory: ConnectionMemory,
  onClose: () => void,
) => Http2Connection;
