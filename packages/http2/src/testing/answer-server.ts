import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Connection, ConnectionClose, ConnectionOptions } from '../connection-options.ts';
import { headerList, sharedHeaderList } from '../headers/header-list.ts';
import { serveConnection } from '../serve-connection.ts';
import type { Stream, StreamHandler } from '../stream-handler.ts';

const responseHeaders = sharedHeaderList([
  [':status', '200'],
  ['content-type', 'text/plain'],
]);
const nothing = new Uint8Array();

/** Answers when a request has ended: its method, path and size, then trailers with the size if the client takes any. `/held` it never answers. */
export class Answer implements StreamHandler {
  readonly #stream: Stream;
  #bytes = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  onData(_chunk: Buffer, start: number, end: number): void {
    this.#bytes += end - start;
    this.#stream.consume(end - start);
  }

  onEnd(): void {
    const { headers } = this.#stream;
    if (headers.path === '/held') return;
    const hasTrailers = headers.get('te') === 'trailers';
    this.#stream.sendHeaders(responseHeaders);
    this.#stream.sendData(nothing, Buffer.from(`${headers.method} ${headers.path} ${this.#bytes}\n`), !hasTrailers);
    if (hasTrailers) this.#stream.sendTrailers(headerList([['bytes', String(this.#bytes)]]));
  }

  onDrain(): void {}

  onClose(): void {}
}

export interface RunningServer {
  readonly port: number;
  readonly connections: readonly Connection[];
  /** Why each connection that has ended did. */
  readonly ends: readonly ConnectionClose[];
  /** Resolves when `count` connections have ended, with the reason of the last of them. */
  ended(count?: number): Promise<ConnectionClose>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server at any free port of the loopback. @param options those of each connection; without `accept`, `Answer` */
export async function startServer(
  options: Partial<ConnectionOptions> = {},
  tls: TlsOptions | undefined = undefined,
): Promise<RunningServer> {
  const connections: Connection[] = [];
  const ends: ConnectionClose[] = [];
  const waiting = new Set<() => void>();
  const onClose = (reason: ConnectionClose) => {
    options.onClose?.(reason);
    ends.push(reason);
    for (const look of waiting) look();
  };
  const take = (socket: Connection['socket']) => {
    connections.push(serveConnection(socket, { accept: (stream) => new Answer(stream), ...options, onClose }));
  };
  const server: Server =
    tls === undefined
      ? createServer({ noDelay: true }, take)
      : createTlsServer({ ALPNProtocols: ['h2'], noDelay: true, ...tls }, take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    connections,
    ends,
    ended(count = 1) {
      const { promise, resolve } = Promise.withResolvers<ConnectionClose>();
      const look = () => {
        const last = ends[count - 1];
        if (last === undefined) return;
        waiting.delete(look);
        resolve(last);
      };
      waiting.add(look);
      look();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
