import http2 from 'node:http2';
import type { RequestListener } from '../calls/node-listener.ts';
import type { Engine } from '../engines/engine.ts';
import type { ServerConfig } from '../process/config.ts';
import { closeHalfOpen } from './close-half-open.ts';
import { NodeHttp2Connection } from './node-http2-connection.ts';

/** HTTP/2 by Node's http2 module. */
export function nodeHttp2(config: ServerConfig, handle: RequestListener): Engine['serveHttp2'] {
  const server = http2.createServer({
    settings: { maxConcurrentStreams: config.maxStreams, maxHeaderListSize: config.maxHeaderBytes },
  });
  server.on('request', handle).on('stream', closeHalfOpen);

  return (socket, onClose) => {
    let session: http2.ServerHttp2Session | undefined;
    server.once('session', (opened) => {
      session = opened;
    });
    server.emit('connection', socket);
    if (session === undefined) throw new Error("Node's HTTP/2 server does not open a session at once any more");
    session.once('close', onClose);
    return new NodeHttp2Connection(session, config);
  };
}
