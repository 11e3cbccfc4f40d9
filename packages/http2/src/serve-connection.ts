import type { Duplex } from 'node:stream';
import type { Connection, ConnectionOptions } from './connection-options.ts';
import { ServerConnection } from './server-connection.ts';

/**
 * Speaks HTTP/2 as a server (RFC 9113) on a connection whose peer speaks it with prior knowledge, or as ALPN said.
 *
 * @param socket with nothing read from it but `firstBytes`; it is the connection's from now on, to its end. Nagle's algorithm should be off
 * @returns the connection, which has said its SETTINGS already
 */
export function serveConnection(socket: Duplex, options: ConnectionOptions): Connection {
  return new ServerConnection(socket, options);
}
