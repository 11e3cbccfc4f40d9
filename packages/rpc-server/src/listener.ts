import http from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { bind } from './bind.ts';
import type { RequestListener } from './connect-engine.ts';
import { readFirstBytes } from './first-bytes.ts';

/** One port, on one address or on both loopback addresses. */
export interface Listener {
  readonly port: number;
  /**
   * Takes no new connections, and no new calls on the present ones; calls under way go on.
   * Resolves when the last connection has ended.
   */
  drain(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/**
 * Listens with HTTP/1.1 and HTTP/2 with prior knowledge on one port: the first bytes of a connection tell which.
 *
 * @param host `localhost` is 127.0.0.1 and ::1, whichever of them the machine has
 * @param port 0 takes any free one
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function listen(host: string, port: number, handle: RequestListener): Promise<Listener> {
  const http2Server = http2.createServer({}, handle);
  const sessions = new Set<http2.ServerHttp2Session>();
  http2Server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });

  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const answering = new Set<http.ServerResponse>();
  let draining = false;

  /** An HTTP/1.1 server that hands HTTP/2 connections on. It does the listening, so that Node runs its timeouts. */
  function createServer(): http.Server {
    const server = http.createServer((request, response) => {
      answering.add(response);
      response.once('close', () => {
        answering.delete(response);
        // A stream whose headers went out before the drain could not say that its connection closes.
        if (draining) server.closeIdleConnections();
      });
      if (draining) response.setHeader('connection', 'close');
      handle(request, response);
    });
    const [serveHttp1] = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      undecided.add(socket);
      readFirstBytes(socket, (isHttp2) => {
        undecided.delete(socket);
        if (isHttp2 === true) http2Server.emit('connection', socket);
        if (isHttp2 === false) serveHttp1?.call(server, socket);
      });
    });
    return server;
  }

  const { servers, port: boundPort } = await bind(createServer, host, port);

  return {
    port: boundPort,
    async drain() {
      draining = true;
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
      for (const socket of undecided) socket.destroy();
      for (const session of sessions) session.close();
      await Promise.all(closed);
    },
    destroy() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}
