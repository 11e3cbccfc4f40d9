import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Connection, ConnectionClose, ConnectionOptions, Stream, StreamHandler } from '../api.ts';
import { headerList, sharedHeaderList } from '../headers/header-list.ts';
import { serveConnection } from '../server/serve-connection.ts';

const responseHeaders = sharedHeaderList([
  [':status', '200'],
  ['content-type', 'text/plain'],
]);
const nothing = new Uint8Array();

/**
 * Responds after the end of a request with its method, path and body length, and with the length in trailers if the
 * client sent `te: trailers`. Never responds to `/held`.
 */
export class SummaryHandler implements StreamHandler {
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
  /** The reasons of the connections that have closed. */
  readonly ends: readonly ConnectionClose[];
  /** Resolves when `count` connections have closed, with the reason of the last of them. */
  ended(count?: number): Promise<ConnectionClose>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server on a free port of the loopback.
 *
 * @param options the options of each connection. The default of `accept` is `SummaryHandler`
 */
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
    for (const check of waiting) check();
  };
  const take = (socket: Connection['socket']) => {
    connections.push(serveConnection(socket, { accept: (stream) => new SummaryHandler(stream), ...options, onClose }));
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
      const check = () => {
        const last = ends[count - 1];
        if (last === undefined) return;
        waiting.delete(check);
        resolve(last);
      };
      waiting.add(check);
      check();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
