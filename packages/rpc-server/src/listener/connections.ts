import type { Socket } from 'node:net';
import { type Peer, unixAddress } from '../address/peer.ts';
import { TrustedProxies } from '../address/trusted-proxies.ts';
import { acceptBurst } from '../call/accept-burst.ts';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { destroyAfter } from '../http1/destroy-after.ts';
import { Http1Connections } from '../http1/http1-connections.ts';
import { isNoRequest, isViolation, type ParserError, statusOfUnreadable } from '../http1/unreadable-request.ts';
import type { Http2Connection, ServedConnection, ServeHttp2 } from '../http2/http2-connection.ts';
import { nodeHttp2 } from '../http2/node-http2.ts';
import { ownHttp2 } from '../http2/own-http2.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import { ConnectionMemory } from '../memory/connection-memory.ts';
import { MemoryBudget } from '../memory/memory-budget.ts';
import { socketPath } from './bind-socket.ts';
import { limitAge } from './connection-age.ts';
import { ConnectionLimit, type LimitedConnection } from './connection-limit.ts';
import { detectHttp2 } from './detect-protocol.ts';
import { parseProxyHeader } from './proxy-protocol.ts';
import { readStart, type Start } from './read-start.ts';

export interface TlsError extends NodeJS.ErrnoException {
  /** The reason that OpenSSL reports. */
  readonly reason?: string;
}

/** The private reference of a TLS socket to the socket below it; null in other sockets. */
interface SocketOverTls {
  readonly _parent?: Socket | null;
}

/** The properties of a TLS socket whose handshake has failed. Its own address and counters are empty. */
export interface HandshakeSocket extends SocketOverTls {
  readonly authorizationError?: unknown;
}

/** An accepted connection. */
interface Connection extends LimitedConnection, ServedConnection {
  /** The other end. Before any other data is read, a trusted proxy may name the client, which is then the peer. */
  peer: Peer;
  isIdle: () => boolean;
  /** Drains the connection. */
  retire: () => void;
  end: () => void;
}

/** Every connection of a listener. */
export class Connections {
  readonly #config: ServerConfig;
  readonly #log: ConnectionLog;
  readonly #proxies: TrustedProxies;
  readonly #limit: ConnectionLimit;
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #sockets = new Set<Socket>();
  readonly #http2 = new Set<Http2Connection>();
  readonly #serveHttp2: ServeHttp2;
  readonly #budget: MemoryBudget;
  readonly #memories = new WeakMap<Socket, ConnectionMemory>();
  readonly http1: Http1Connections;
  #isDraining = false;
  /** The number of connections that have been accepted since the start. */
  accepted = 0;

  constructor(config: ServerConfig, dispatch: Dispatch, log: ConnectionLog) {
    this.#config = config;
    this.#budget = new MemoryBudget(config.memoryBudgetBytes);
    this.#log = log;
    this.#proxies = new TrustedProxies(config.trustedProxies);
    this.#limit = new ConnectionLimit(config);
    this.#serveHttp2 = config.http2 === 'own' ? ownHttp2(config, dispatch, log) : nodeHttp2(config, dispatch, log);
    this.http1 = new Http1Connections(config);
  }

  /** Counts a new connection, before its TLS handshake. @param start called if there is room for it */
  accept(socket: Socket, start: () => void): void {
    this.accepted += 1;
    acceptBurst.onAccept();
    const address = socketPath(this.#config.host) === undefined ? socket.remoteAddress : unixAddress;
    // The socket has closed already.
    if (address === undefined) socket.destroy();
    else {
      const connection = this.#connectionFrom(address, socket);
      if (this.#hasRoom(socket, connection, this.#limit.add(connection))) this.#start(socket, connection, start);
    }
  }

  #connectionFrom(address: string, socket: Socket): Connection {
    const connection: Connection = {
      peer: this.#proxies.peerOf(address),
      calls: 0,
      isIdle: () => true,
      retire: () => {},
      end: () => socket.destroy(),
      close: (reason) => {
        this.#log.warn('an idle connection was closed for a new one', connection.peer.address, reason);
        connection.end();
      },
    };
    return connection;
  }

  /** @param refusal the reason if there is no room */
  #hasRoom(socket: Socket, { peer }: Connection, refusal: string | undefined): boolean {
    if (refusal === undefined) return true;
    this.#log.warn('a connection was refused', peer.address, refusal);
    socket.destroy();
    return false;
  }

  #start(socket: Socket, connection: Connection, start: () => void): void {
    this.#sockets.add(socket);
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#limit.remove(connection);
    });
    const startIfRoom = () => {
      if (this.#hasRoom(socket, connection, this.#limit.addForAddress(connection))) start();
    };
    if (connection.peer.proxies === undefined) {
      startIfRoom();
      return;
    }
    this.#readStart(socket, connection, parseProxyHeader, (client) => {
      if (client !== undefined) connection.peer = this.#proxies.peerOf(client);
      startIfRoom();
    });
  }

  #readStart<T>(
    socket: Socket,
    { peer }: Connection,
    parse: (bytes: Buffer) => Start<T>,
    onRead: (value: T) => void,
  ): void {
    readStart(socket, this.#config.headersMs, parse, onRead, (reason, hasSent) =>
      this.#log[hasSent ? 'warn' : 'debug']('a connection sent no request', peer.address, reason),
    );
  }

  /** @param socket the socket of a connection that was accepted and not refused, or the TLS socket on it */
  of(socket: Socket): Connection {
    return this.#connections.get((socket as SocketOverTls)._parent ?? socket) as Connection;
  }

  /** @param serveHttp1 takes the socket if the connection speaks HTTP/1.1 */
  serve(socket: Socket, serveHttp1: () => void): void {
    if (socket.destroyed) return;
    const connection = this.of(socket);
    const memory = this.#remember(socket);
    connection.retire = () => this.http1.retire(socket);
    limitAge(socket, this.#config.connectionAgeMs, () => connection.retire());
    this.http1.add(socket);
    connection.isIdle = () => this.http1.isIdle(socket);
    connection.end = () => socket.destroySoon();
    this.#readStart(socket, connection, detectHttp2, (isHttp2) => {
      if (!isHttp2) {
        serveHttp1();
        return;
      }
      this.http1.remove(socket);
      // An HTTP/2 client that half-closes its socket has disconnected. Node itself handles half-closed sockets of
      // HTTP/1.1.
      socket.allowHalfOpen = false;
      const http2 = this.#serveHttp2(socket, connection, memory, () => this.#http2.delete(http2));
      connection.retire = () => {
        http2.drain();
        destroyAfter(socket, this.#config.connectionAgeGraceMs);
      };
      connection.isIdle = () => http2.openStreams === 0;
      connection.end = () => http2.close();
      this.#http2.add(http2);
      if (this.#isDraining) http2.drain();
    });
  }

  /** Responds to requests that Node's parser cannot read. */
  refuse(socket: Socket, error: ParserError): void {
    const { calls, peer } = this.of(socket);
    // A connection that does not begin with a request may begin with an invalid HTTP/2 preface. Its client cannot read
    // a response: RFC 9113, section 3.4.
    if (calls === 0 && isNoRequest(error)) socket.destroy();
    // `refuse` returns false for further errors of the same request.
    else if (!this.http1.refuse(socket, statusOfUnreadable(error))) return;
    const level = isViolation(error) ? 'warn' : 'debug';
    this.#log[level]('an HTTP/1.1 connection failed', peer.address, error.message);
  }

  onTlsError(error: TlsError, { _parent: socket, authorizationError }: HandshakeSocket): void {
    const hasSent = socket != null && socket.bytesRead > 0;
    const isTimeout = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
    // A health probe opens a connection, and closes it without sending anything.
    if (!hasSent && !isTimeout) return;
    const reason = error.code === 'ECONNRESET' ? 'the client closed the connection' : (error.reason ?? error.message);
    const detail = authorizationError ? `client certificate: ${authorizationError}` : reason;
    const peer = socket == null ? '' : this.of(socket).peer.address;
    this.#log[hasSent ? 'warn' : 'debug']('a TLS handshake failed', peer, detail);
  }

  /** @param socket the socket of a connection that is served */
  memoryOf(socket: Socket): ConnectionMemory {
    return this.#memories.get(socket) as ConnectionMemory;
  }

  #remember(socket: Socket): ConnectionMemory {
    const { tls, connectionMemoryBytes } = this.#config;
    const memory = new ConnectionMemory(this.#budget, connectionMemoryBytes, tls !== undefined);
    this.#memories.set(socket, memory);
    socket.once('close', () => memory.close());
    return memory;
  }

  drain(idleMs: number): void {
    this.#isDraining = true;
    this.http1.drain(idleMs);
    for (const connection of this.#http2) connection.drain();
  }

  /** Resolves when the last connection has ended. */
  async ended(): Promise<void> {
    for (const socket of this.#sockets) await new Promise((resolve) => socket.once('close', resolve));
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
