import type http from 'node:http';
import type https from 'node:https';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Tls } from '../config/tls-files.ts';
import type { ConnectionSource } from '../config/worker-part.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import { bind } from './bind.ts';
import { bindSocket, socketPath } from './bind-socket.ts';
import { Connections } from './connections.ts';
import { emptyBacklog } from './empty-backlog.ts';
import { createServer, tlsOptions } from './http-server.ts';

/** Listens on one port, at one address or at both loopback addresses, or on a Unix domain socket. */
export interface Listener {
  /** The port; 0 for a Unix domain socket. */
  readonly port: number;
  /** Uses other certificates for new connections. @throws when they are not usable; the old ones then stay in use */
  useCertificates(tls: Tls): void;
  /**
   * Accepts no new connections, and no new calls on existing connections; calls in progress continue. Resolves when the
   * last connection has ended.
   *
   * @param idleMs how long an HTTP/1.1 connection without a call stays open for a request that is on its way, in
   *   milliseconds
   */
  drain(idleMs: number): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/**
 * Listens for HTTP/1.1 and HTTP/2 on one port. The first bytes of a connection show its HTTP version.
 *
 * @param source provides the connections of a worker, instead of a port
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function listen(
  config: ServerConfig,
  dispatch: Dispatch,
  log: ConnectionLog,
  source: ConnectionSource | undefined,
): Promise<Listener> {
  const connections = new Connections(config, dispatch, log);
  const create = () => createServer(config, dispatch, connections);
  if (source !== undefined) return takeConnections(source, create(), connections, config.port);
  const path = socketPath(config.host);
  const { servers, port } =
    path === undefined
      ? await bind(create, config.host, config.port)
      : { servers: [await bindSocket(create, path, config.socketMode)], port: 0 };
  return {
    port,
    useCertificates(tls) {
      const options = tlsOptions(tls);
      for (const server of servers) (server as https.Server).setSecureContext(options);
    },
    async drain(idleMs) {
      await emptyBacklog(() => connections.accepted);
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      // The connections drain after `server.close`, because clients that lose a connection open another one at once.
      connections.drain(idleMs);
      await Promise.all(closed);
    },
    destroy: () => connections.destroy(),
  };
}

function takeConnections(
  source: ConnectionSource,
  server: http.Server,
  connections: Connections,
  port: number,
): Listener {
  // Makes Node's server start its timeouts.
  server.emit('listening');
  source.start((socket) => {
    server.emit('connection', socket);
    return socket.destroyed ? undefined : connections.of(socket);
  });
  return {
    port,
    useCertificates: (tls) => (server as https.Server).setSecureContext(tlsOptions(tls)),
    async drain(idleMs) {
      await source.stop();
      connections.drain(idleMs);
      await connections.ended();
      server.close();
    },
    destroy: () => connections.destroy(),
  };
}
