import { type Peer, unixAddress } from '../address/peer.ts';
import type { ServerConfig } from '../config/server-config.ts';

/** The part of a connection that the limit uses. */
export interface LimitedConnection {
  readonly peer: Peer;
  /** Whether it has no call. */
  isIdle(): boolean;
  close(): void;
}

/** How many connections are looked at to find an idle one. Those that are not are looked at last the next time. */
const maxLooks = 100;

/** Counts connections, all together and of each address. An idle one makes room for a new one. */
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

  /** @returns false when there is no room */
  add(connection: LimitedConnection): boolean {
    if (!this.#makeRoom(this.#all, this.#max)) return false;
    this.#all.add(connection);
    return true;
  }

  /**
   * Counts a connection for the address of its client. Connections of a trusted proxy, and of a socket of the file
   * system, belong to many.
   *
   * @returns false when there is no room
   */
  addForAddress(connection: LimitedConnection): boolean {
    const { address, network, proxies } = connection.peer;
    if (proxies !== undefined || address === unixAddress) return true;
    const connections = this.#byNetwork.get(network) ?? new Set();
    if (!this.#makeRoom(connections, this.#maxPerAddress)) return false;
    this.#byNetwork.set(network, connections.add(connection));
    return true;
  }

  remove(connection: LimitedConnection): void {
    const { network } = connection.peer;
    const connections = this.#byNetwork.get(network);
    this.#all.delete(connection);
    if (connections?.delete(connection) && connections.size === 0) this.#byNetwork.delete(network);
  }

  #makeRoom(connections: Set<LimitedConnection>, max: number): boolean {
    if (connections.size < max) return true;
    let looks = maxLooks;
    for (const connection of connections) {
      if (connection.isIdle()) {
        this.remove(connection);
        connection.close();
        return true;
      }
      connections.delete(connection);
      connections.add(connection);
      looks -= 1;
      if (looks === 0) break;
    }
    return false;
  }
}
