import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** A GOAWAY frame (RFC 9113, section 6.8) with NO_ERROR and 2^31-1, the identifier that no stream comes after. */
const firstGoaway = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/**
 * Closes an HTTP/2 connection once the calls on it have ended, so that no call is lost: a first GOAWAY tells the client to
 * start no more, and only when a PING shows that the client has read it, a second one says which streams were taken.
 *
 * The first is written past Node, which can say it only in a way that makes it deaf for the streams that are on their way.
 *
 * @param socket that the session is on
 */
export function closeGracefully(session: ServerHttp2Session, socket: Socket): void {
  if (session.closed || session.destroyed) return;
  socket.write(firstGoaway);
  const close = () => session.close();
  if (!session.ping(close)) close();
}
