import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Tls } from '../config/tls-files.ts';
import { keepAliveMs } from '../http1/http1-connections.ts';
import { Http1Request, Http1Stream } from '../http1/http1-stream.ts';
import { pipelineError, tunnelError, versionError } from '../http1/unreadable-request.ts';
import type { Connections, HandshakeSocket, TlsError } from './connections.ts';

/**
 * A request emits an error when its client disconnects before the body is read. Without a listener, the error would end
 * the process.
 */
function ignoreError(): void {}

/** Creates Node's HTTP/1.1 server, which also listens for HTTP/2: it starts its timeouts only when it listens. */
export function createServer(config: ServerConfig, dispatch: Dispatch, connections: Connections): http.Server {
  const { http1 } = connections;
  const onRequest: http.RequestListener = (request, response) => {
    const { socket } = request;
    request.on('error', ignoreError);
    if (request.httpVersionMajor !== 1) {
      connections.refuse(socket, versionError);
      return;
    }
    if (asksForUpgrade(request)) response.shouldKeepAlive = false;
    const hasRoom = http1.serve(response, () => {
      const memory = connections.memoryOf(socket);
      const stream = new Http1Stream(request, response, memory, config.headersMs, () => http1.isLast(socket));
      const connection = connections.of(socket);
      connection.calls += 1;
      const handler = dispatch(stream, connection.peer, memory);
      stream.open(handler, () => http1.end(response));
      handler.begin();
    });
    if (!hasRoom) connections.refuse(socket, pipelineError);
  };
  const options = http1Options(config);
  const server = config.tls
    ? https.createServer({ ...options, ...tlsOptions(config.tls()), handshakeTimeout: config.headersMs }, onRequest)
    : http.createServer(options, onRequest);
  // The call itself sends status 100 when it wants the body.
  server.on('checkContinue', onRequest);
  server.on('clientError', (error, socket) => connections.refuse(socket as Socket, error));
  server.on('connect', (_request, socket) => {
    // Node has removed its own listener for errors at this point.
    socket.on('error', ignoreError).resume();
    connections.refuse(socket as Socket, tunnelError);
  });
  // Node would close idle connections when the server closes, even if a request is on its way.
  server.closeIdleConnections = () => {};
  server.on('tlsClientError', (error: TlsError, socket: HandshakeSocket) => connections.onTlsError(error, socket));
  const startTls = config.tls && takeOver(server, 'connection');
  const startHttp1 = takeOver(server, config.tls ? 'secureConnection' : 'connection');
  const serve = (socket: Socket) =>
    connections.serve(socket, () => {
      startHttp1(socket);
      if (config.tls) readByStream(socket);
    });
  server.on('connection', (socket) => connections.accept(socket, () => (startTls ?? serve)(socket)));
  if (config.tls) server.on('secureConnection', serve);
  return server;
}

/**
 * Whether a request asks for an upgrade, which the server ignores (RFC 9110, section 7.8). Node's parser drops the
 * bytes that it has read after such a request, which may be half of the next one. The connection therefore ends with
 * the response.
 */
function asksForUpgrade({ headers }: http.IncomingMessage): boolean {
  return headers.upgrade !== undefined && /upgrade/i.test(headers.connection ?? '');
}

/** Removes the listener by which Node's server takes new connections. @returns that listener */
function takeOver(server: http.Server, event: string): (socket: Socket) => void {
  const [listener] = server.listeners(event);
  if (listener === undefined) throw new Error(`Node's HTTP server does not listen for '${event}' any more`);
  server.off(event, listener as () => void);
  return (socket) => listener.call(server, socket);
}

/**
 * Makes Node's HTTP/1.1 parser read the stream of a TLS socket, by a listener on it. Otherwise the parser reads TLS
 * records below the stream, where it cannot be paused between two records, and a request of two records that arrives
 * while a response is being sent would end the connection.
 */
function readByStream(socket: Socket): void {
  socket.on('data', () => {});
}

/**
 * The least difference between the server's limit of an idle connection and the limit that clients know, in
 * milliseconds.
 */
const keepAliveMarginMs = 1_000;

function http1Options(config: ServerConfig): http.ServerOptions {
  const keepAliveTimeout = Math.min(keepAliveMs, config.idleConnectionMs);
  return {
    IncomingMessage: Http1Request,
    maxHeaderSize: config.maxHeaderBytes,
    headersTimeout: config.headersMs,
    connectionsCheckingInterval: Math.min(config.headersMs, 1_000),
    keepAliveTimeout,
    // If a client ignores the announced time, its idle connection stays open for IDLE_CONNECTION_MS.
    keepAliveTimeoutBuffer: Math.max(config.idleConnectionMs - keepAliveTimeout, keepAliveMarginMs),
    // Node's timeout is disabled, because each kind of call has its own timeout.
    requestTimeout: 0,
  };
}

export function tlsOptions({ cert, key, clientCa }: Tls): https.ServerOptions {
  return {
    cert,
    key,
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}
