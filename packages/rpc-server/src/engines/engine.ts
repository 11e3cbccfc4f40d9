import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** What answers the requests of a server. */
export interface Engine {
  /** Answers the requests of HTTP/1.1 connections. */
  readonly handle: RequestListener;
  /**
   * Speaks HTTP/2 on a socket, from which nothing has been read, to its end.
   *
   * @param onClose called when it has ended
   */
  readonly serveHttp2: (socket: Socket, onClose: () => void) => Http2Connection;
}

export interface Http2Connection {
  /**
   * Ends the connection once the calls on it have ended. A GOAWAY says which streams were taken: a client knows that a later one,
   * already on its way, was not, and can send it again elsewhere (RFC 9113, section 6.8).
   */
  retire(): void;
}
