import { createServer, type Server, type Socket } from 'node:net';
import { canonicalAddress, networkOf } from '../address/ip-address.ts';
import { unixAddress } from '../address/peer.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { bind } from '../listener/bind.ts';
import { bindSocket, socketPath } from '../listener/bind-socket.ts';
import { emptyBacklog } from '../listener/empty-backlog.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import type { Port } from './messages.ts';
import type { Arrival } from './worker-process.ts';

/** The ports of a service with workers. */
export interface Ports {
  /** The port of calls; 0 for a Unix domain socket. */
  readonly port: number;
  readonly healthPort: number | undefined;
  /** Accepts the connections that have already arrived, and then stops listening. */
  close(): Promise<void>;
}

/**
 * Listens, and accepts connections without reading from them.
 *
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function listenForWorkers(
  config: ServerConfig,
  log: ConnectionLog,
  onArrival: (arrival: Arrival) => void,
): Promise<Ports> {
  let accepted = 0;
  const accept = (port: Port) => (socket: Socket) => {
    accepted += 1;
    // The client may reset the connection. Without a listener, the error would end the process.
    socket.on('error', () => {});
    const address = socketPath(config.host) === undefined ? canonicalAddress(socket.remoteAddress ?? '') : unixAddress;
    if (address === undefined) socket.destroy();
    else onArrival({ id: accepted, socket, port, network: networkOf(address) });
  };
  const create = (port: Port) => () => {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, accept(port));
    // Limits the connections that no worker has received yet.
    server.maxConnections = config.maxConnections * config.workers;
    server.on('drop', (drop) => log.warn('a connection was refused', drop?.remoteAddress ?? '', 'no worker takes it'));
    return server;
  };
  const { host, port, healthPort, socketMode } = config;
  const path = socketPath(host);
  const calls =
    path === undefined
      ? await bind(create('calls'), host, port)
      : { servers: [await bindSocket(create('calls'), path, socketMode)], port: 0 };
  const servers: Server[] = [...calls.servers];
  const close = async () => {
    await emptyBacklog(() => accepted);
    for (const server of servers) server.close();
  };
  if (healthPort === undefined) return { port: calls.port, healthPort, close };
  try {
    // If HOST is a Unix domain socket, to which probes cannot connect, health listens on all addresses.
    const health = await bind(create('health'), path === undefined ? host : '::', healthPort);
    servers.push(...health.servers);
    return { port: calls.port, healthPort: health.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}
