import { type Peer, unixAddress } from '../address/peer.ts';
import type { ServerConfig } from '../config/server-config.ts';

/** The part of a connection that the limit uses. */
export interface LimitedConnection {
  readonly peer: Peer;
  /** Whether the connection has no call. */
  isIdle(): boolean;
  /** @param reason the reason, for the log */
  close(reason: string): void;
}

/** How many connections are examined to find an idle one. The others move to the end of the order. */
const maxLooks = 100;

/** Counts connections, in total and by address. If there is no room for a new connection, an idle one is closed. */
export class ConnectionLimit {
  readonly #max: number;
  readonly #maxPerAddress: number;
  readonly #all = new Set<LimitedConnection>();
  readonly #byNetwork = new Map<string, Set<LimitedConnection>>();

  constructor({
    maxConnections,
    maxConnectionsPerAddress,
  }: Pick<ServerConfig, 'maxConnections' | 'maxConnectionsPerAddress'>) {
    this.#max = maxConnections;
    this.#maxPerAddress = maxConnectionsPerAddress;
  }

  /** @returns the reason if there is no room */
  add(connection: LimitedConnection): string | undefined {
    const reason = 'MAX_CONNECTIONS is reached';
    if (!makeRoom(this.#all, this.#max, (idle) => this.#close(idle, reason))) return reason;
    this.#all.add(connection);
    return undefined;
  }

  /**
   * Counts a connection for the address of its client. Connections of a trusted proxy, and of a Unix domain socket, are
   * not counted, because they belong to many clients.
   *
   * @returns the reason if there is no room
   */
  addForAddress(connection: LimitedConnection): string | undefined {
    const { address, network, proxies } = connection.peer;
    if (proxies !== undefined || address === unixAddress) return undefined;
    const connections = this.#byNetwork.get(network) ?? new Set();
    const reason = 'MAX_CONNECTIONS_PER_ADDRESS is reached';
    if (!makeRoom(connections, this.#maxPerAddress, (idle) => this.#close(idle, reason))) return reason;
    this.#byNetwork.set(network, connections.add(connection));
    return undefined;
  }

  remove(connection: LimitedConnection): void {
    const { network } = connection.peer;
    const connections = this.#byNetwork.get(network);
    this.#all.delete(connection);
    if (connections?.delete(connection) && connections.size === 0) this.#byNetwork.delete(network);
  }

  #close(connection: LimitedConnection, reason: string): void {
    this.remove(connection);
    connection.close(reason);
  }
}

/** @returns false when there is no room */
function makeRoom(connections: Set<LimitedConnection>, max: number, close: (idle: LimitedConnection) => void): boolean {
  if (connections.size < max) return true;
  let looks = maxLooks;
  for (const connection of connections) {
    if (connection.isIdle()) {
      close(connection);
      return true;
    }
    connections.delete(connection);
    connections.add(connection);
    looks -= 1;
    if (looks === 0) break;
  }
  return false;
}
