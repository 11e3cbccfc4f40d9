import { constants, type ServerHttp2Stream } from 'node:http2';

/** How often it is looked whether the end of a response has left the queue of its connection, in milliseconds. */
const lookMs = 1;

/**
 * Ends a stream whose response is complete although its request is not, or was not read to its end: Node would keep it, and
 * with it the connection. RST_STREAM with NO_ERROR (RFC 9113, section 8.1) tells a client that has more to say, or has not
 * half-closed, to stop.
 */
export function closeHalfOpen(stream: ServerHttp2Stream): void {
  const closeOnceSent = () => {
    if (stream.destroyed) return;
    // The reset would overtake what still waits to be sent.
    if (!stream.closed && stream.state.localClose !== 1) {
      setTimeout(closeOnceSent, lookMs);
      return;
    }
    stream.close(constants.NGHTTP2_NO_ERROR);
    stream.destroy();
  };
  stream.once('finish', () => setImmediate(closeOnceSent));
}
