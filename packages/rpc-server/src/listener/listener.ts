import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Tls } from '../config/tls-files.ts';
import { Http1Connections } from '../http1/http1-connections.ts';
import { Http1Stream } from '../http1/http1-stream.ts';
import type { Http2Connection } from '../http2/http2-connection.ts';
import { nodeHttp2 } from '../http2/node-http2.ts';
import { ownHttp2 } from '../http2/own-http2.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import { bind } from './bind.ts';
import { limitAge } from './connection-age.ts';
import { detectProtocol } from './detect-protocol.ts';

/** One port, on one address or on both loopback addresses. */
export interface Listener {
  readonly port: number;
  /** Takes other certificates, for new connections. @throws when they are not usable; the old ones stay in use */
  useCertificates(tls: Tls): void;
  /**
   * Accepts no new connections, and no new calls on the present ones; calls in progress go on.
   * Resolves when the last connection has ended.
   */
  drain(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/**
 * Listens for HTTP/1.1 and HTTP/2 on one port. The first bytes of a connection show which of them it speaks.
 *
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function listen(config: ServerConfig, dispatch: Dispatch, log: ConnectionLog): Promise<Listener> {
  const connections = new Connections(config, dispatch, log);
  const { servers, port } = await bind(() => createServer(config, dispatch, connections), config.host, config.port);
  return {
    port,
    useCertificates(tls) {
      const options = tlsOptions(tls);
      for (const server of servers) (server as https.Server).setSecureContext(options);
    },
    async drain() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      connections.drain();
      await Promise.all(closed);
    },
    destroy: () => connections.destroy(),
  };
}

interface TlsError extends NodeJS.ErrnoException {
  /** Of OpenSSL. */
  readonly reason?: string;
}

/** What Node has of a TLS socket whose handshake has failed. Its own address and counters are empty. */
interface HandshakeSocket {
  readonly authorizationError?: unknown;
  /** The socket below TLS. */
  readonly _parent?: Socket | null;
}

/** Every connection of a listener. */
class Connections {
  readonly #config: ServerConfig;
  readonly #log: ConnectionLog;
  readonly #sockets = new Set<Socket>();
  readonly #http2 = new Set<Http2Connection>();
  readonly #serveHttp2: (socket: Socket, onClose: () => void) => Http2Connection;
  readonly http1: Http1Connections;

  constructor(config: ServerConfig, dispatch: Dispatch, log: ConnectionLog) {
    this.#config = config;
    this.#log = log;
    this.#serveHttp2 = config.http2 === 'own' ? ownHttp2(config, dispatch, log) : nodeHttp2(config, dispatch, log);
    this.http1 = new Http1Connections(config.headersMs);
  }

  /** Counts a new connection, before its TLS handshake. */
  admit(socket: Socket): void {
    // Read now, the address is still known when the connection is lost.
    const peer = socket.remoteAddress ?? '';
    if (this.#sockets.size >= this.#config.maxConnections) {
      this.#log.warn('a connection was refused', peer, 'MAX_CONNECTIONS is reached');
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** @param serveHttp1 takes the socket if the connection speaks HTTP/1.1 */
  serve(socket: Socket, serveHttp1: () => void): void {
    if (socket.destroyed) return;
    let drain = () => this.http1.retire(socket);
    limitAge(socket, this.#config, () => drain());
    this.http1.add(socket);
    const peer = socket.remoteAddress ?? '';
    const onProtocol = (isHttp2: boolean) => {
      if (!isHttp2) {
        socket.once('error', (error) => this.#onHttp1Error(peer, error));
        serveHttp1();
        return;
      }
      this.http1.remove(socket);
      // A client of HTTP/2 that half-closes its socket has gone; Node itself handles that of HTTP/1.1.
      socket.allowHalfOpen = false;
      const connection = this.#serveHttp2(socket, () => this.#http2.delete(connection));
      drain = () => connection.drain();
      this.#http2.add(connection);
    };
    detectProtocol(socket, this.#config.headersMs, onProtocol, (reason, hasSent) =>
      this.#log[hasSent ? 'warn' : 'debug']('a connection sent no request', peer, reason),
    );
  }

  #onHttp1Error(peer: string, { code, message }: NodeJS.ErrnoException): void {
    const level = isViolation(code) ? 'warn' : 'debug';
    this.#log[level]('an HTTP/1.1 connection failed', peer, message);
  }

  onTlsError(error: TlsError, { _parent: socket, authorizationError }: HandshakeSocket): void {
    const hasSent = socket != null && socket.bytesRead > 0;
    const isTimeout = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
    // A probe only opens a connection and closes it.
    if (!hasSent && !isTimeout) return;
    const reason = error.code === 'ECONNRESET' ? 'the client ended it' : (error.reason ?? error.message);
    const detail = authorizationError ? `client certificate: ${authorizationError}` : reason;
    this.#log[hasSent ? 'warn' : 'debug']('a TLS handshake failed', socket?.remoteAddress ?? '', detail);
  }

  drain(): void {
    this.http1.drain();
    for (const connection of this.#http2) connection.drain();
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Errors of Node's HTTP/1.1 parser, except that of a client that has gone, and of its timeouts. */
function isViolation(code = ''): boolean {
  return (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

/**
 * A request emits an error when its client disconnects before the body is read. Unhandled, it would end the process.
 */
function ignoreError(): void {}

/** Node's HTTP/1.1 server listens for both protocols, because it starts its timeouts only when it listens. */
function createServer(config: ServerConfig, dispatch: Dispatch, connections: Connections): http.Server {
  const onRequest: http.RequestListener = (request, response) => {
    request.on('error', ignoreError);
    connections.http1.begin(request, response);
    const stream = new Http1Stream(request, response);
    const handler = dispatch(stream, request.socket.remoteAddress ?? '');
    stream.open(handler, () => connections.http1.end(request));
    handler.begin();
  };
  const options = http1Options(config);
  const server = config.tls
    ? https.createServer({ ...options, ...tlsOptions(config.tls()), handshakeTimeout: config.headersMs }, onRequest)
    : http.createServer(options, onRequest);
  const ready = config.tls ? 'secureConnection' : 'connection';
  const [serveHttp1] = server.listeners(ready) as ((socket: Socket) => void)[];
  if (serveHttp1 === undefined) throw new Error(`Node's HTTP server does not listen for '${ready}' any more`);
  server.off(ready, serveHttp1);
  server.on('connection', (socket: Socket) => connections.admit(socket));
  server.on('tlsClientError', (error: TlsError, socket: HandshakeSocket) => connections.onTlsError(error, socket));
  server.on(ready, (socket: Socket) =>
    connections.serve(socket, () => {
      serveHttp1.call(server, socket);
      if (config.tls) readByStream(socket);
    }),
  );
  return server;
}

/**
 * Node's HTTP/1.1 parser reads the records of a TLS socket below its stream, where it cannot be paused between two of
 * them: a request of two records that arrives while a response is being sent would end the connection. A listener makes
 * the parser read the stream.
 */
function readByStream(socket: Socket): void {
  socket.on('data', () => {});
}

function http1Options(config: ServerConfig): http.ServerOptions {
  return {
    maxHeaderSize: config.maxHeaderBytes,
    headersTimeout: config.headersMs,
    connectionsCheckingInterval: Math.min(config.headersMs, 1_000),
    keepAliveTimeout: config.idleConnectionMs,
    // A call has its own timeout, by its kind.
    requestTimeout: 0,
  };
}

function tlsOptions({ cert, key, clientCa }: Tls): https.ServerOptions {
  return {
    cert,
    key,
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}
