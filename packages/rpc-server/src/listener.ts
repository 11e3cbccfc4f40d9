import http from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { bind } from './bind.ts';
import { closeHalfOpen } from './close-half-open.ts';
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
  const http2Server = http2.createServer({}, handle).on('stream', closeHalfOpen);
  const sessions = new Set<http2.ServerHttp2Session>();
  http2Server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });

  const sockets = new Set<Socket>();
  /** Those with no call under way, without those that speak HTTP/2. */
  const idle = new Set<Socket>();
  const answering = new Set<http.ServerResponse>();
  let draining = false;

  /** An HTTP/1.1 server that hands HTTP/2 connections on. It does the listening, so that Node runs its timeouts. */
  function createServer(): http.Server {
    const server = http.createServer((request, response) => {
      const { socket } = request;
      answering.add(response);
      idle.delete(socket);
      response.once('close', () => {
        answering.delete(response);
        // An answer whose headers went out before the drain could not say that its connection closes.
        if (draining) socket.destroySoon();
        else if (!socket.destroyed) idle.add(socket);
      });
      if (draining) response.setHeader('connection', 'close');
      handle(request, response);
    });
    const [serveHttp1] = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      sockets.add(socket);
      idle.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        idle.delete(socket);
      });
      readFirstBytes(socket, (isHttp2) => {
        if (isHttp2) {
          idle.delete(socket);
          http2Server.emit('connection', socket);
        } else {
          serveHttp1?.call(server, socket);
        }
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
      for (const socket of idle) socket.destroySoon();
      for (const session of sessions) session.close();
      await Promise.all(closed);
    },
    destroy() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}
