import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Engine, Http2Connection } from '../engines/engine.ts';
import type { ServerConfig, Tls } from '../process/config.ts';
import { bind } from './bind.ts';
import { limitAge } from './connection-age.ts';
import { readFirstBytes } from './first-bytes.ts';
import { Http1Connections } from './http1-connections.ts';

/** One port, on one address or on both loopback addresses. */
export interface Listener {
  readonly port: number;
  /** Reads the certificates again, for the connections that come from now on. @throws when they are not usable */
  reloadCertificates(): void;
  /**
   * Takes no new connections, and no new calls on the present ones; calls under way go on.
   * Resolves when the last connection has ended.
   */
  drain(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/**
 * Listens with HTTP/1.1 and HTTP/2 on one port: the first bytes of a connection tell which.
 *
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function listen(config: ServerConfig, { handle, serveHttp2 }: Engine): Promise<Listener> {
  const sockets = new Set<Socket>();
  const http2Connections = new Set<Http2Connection>();
  const http1 = new Http1Connections(config.headersMs);

  function admit(socket: Socket): void {
    if (sockets.size >= config.maxConnections) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  function serveConnection(socket: Socket, serveHttp1: () => void): void {
    if (socket.destroyed) return;
    let retire = () => http1.retire(socket);
    limitAge(socket, config, () => retire());
    http1.add(socket);
    readFirstBytes(socket, config.headersMs, (isHttp2) => {
      if (!isHttp2) {
        serveHttp1();
        return;
      }
      http1.remove(socket);
      // Node sees to clients of HTTP/1.1 that half-close; one of HTTP/2 that says FIN is gone.
      socket.allowHalfOpen = false;
      const connection = serveHttp2(socket, () => http2Connections.delete(connection));
      retire = () => connection.retire();
      http2Connections.add(connection);
    });
  }

  /** The HTTP/1.1 server does the listening for both, because Node starts its timeouts only when it listens. */
  function createServer(): http.Server {
    const onRequest: http.RequestListener = (request, response) => {
      // One whose client goes while it is not read fails when nobody else listens any more, which would end the process.
      request.on('error', () => {});
      http1.track(request, response);
      handle(request, response);
    };
    const options = http1Options(config);
    const server = config.tls
      ? https.createServer({ ...options, ...tlsOptions(config.tls()), handshakeTimeout: config.headersMs }, onRequest)
      : http.createServer(options, onRequest);
    const ready = config.tls ? 'secureConnection' : 'connection';
    const [serveHttp1] = server.listeners(ready) as ((socket: Socket) => void)[];
    if (serveHttp1 === undefined) throw new Error(`Node's HTTP server does not listen for '${ready}' any more`);
    server.off(ready, serveHttp1);
    server.on('connection', admit);
    server.on(ready, (socket: Socket) =>
      serveConnection(socket, () => {
        serveHttp1.call(server, socket);
        if (config.tls) readByStream(socket);
      }),
    );
    return server;
  }

  const { servers, port } = await bind(createServer, config.host, config.port);

  return {
    port,
    reloadCertificates() {
      if (config.tls === undefined) return;
      const options = tlsOptions(config.tls());
      for (const server of servers) (server as https.Server).setSecureContext(options);
    },
    async drain() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      http1.drain();
      for (const connection of http2Connections) connection.retire();
      await Promise.all(closed);
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Node's HTTP/1.1 parser takes the records of a TLS socket from below its stream, which cannot be paused between two of them: the
 * second record of a request that comes while an answer is on its way would end the connection. A listener makes it read the stream.
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
    // How long a request may take depends on the kind of call it is: the engine sees to that.
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
