import type { Socket } from 'node:net';
import type { ConnectionMemory } from '../memory/connection-memory.ts';

export interface Http2Connection {
  /**
   * Ends the connection once its calls have ended. GOAWAY names the last accepted stream, so that the client can retry
   * later ones elsewhere (RFC 9113, section 6.8).
   */
  drain(): void;
}

/**
 * Serves HTTP/2 on a socket from which nothing has been read, until the connection has ended.
 *
 * @param onClose called then
 */
export type ServeHttp2 = (socket: Socket, memory: ConnectionMemory, onClose: () => void) => Http2Connection;
