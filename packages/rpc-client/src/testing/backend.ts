import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Connection, headerList, type Limits, type Stream, serveConnection } from '@example/http2';

/** Responds to a request. */
export type Respond = (stream: Stream) => void;

const headers = headerList([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);
const ok = headerList([['grpc-status', '0']]);
const emptyMessage = new Uint8Array(5);

/** The response with an empty message. */
export const respondOk: Respond = (stream) => stream.respond(headers, emptyMessage, new Uint8Array(), ok);

/** A server whose connections a test can break in every way. It responds to any request. */
export interface Backend extends AsyncDisposable {
  readonly port: number;
  /** The address, such as `127.0.0.1:4711`. */
  readonly address: string;
  readonly connections: readonly Connection[];
  readonly sockets: readonly Socket[];
  /** The number of all requests so far. */
  readonly requests: number;
  /** The number of connections so far. */
  readonly accepted: number;
  respond: Respond;
  /** Whether it reads the bodies of requests. */
  consumes: boolean;
  /** From now on, nothing is sent on new connections, not even SETTINGS. */
  isMute: boolean;
  /** Ends at once, with its connections. */
  close(): Promise<void>;
}

/** @param port 0 for a free one */
export async function startBackend(
  respond = respondOk,
  limits: Partial<Limits> = {},
  port = 0,
  host = '127.0.0.1',
): Promise<Backend> {
  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  const state = { respond, consumes: true, isMute: false, requests: 0, accepted: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    state.accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    if (state.isMute) return;
    const connection = serveConnection(socket, {
      limits,
      accept: (stream) => {
        state.requests += 1;
        state.respond(stream);
        const onData = (_: Buffer, start: number, end: number) => {
          if (state.consumes) stream.consume(end - start);
        };
        return { onData, onEnd() {}, onDrain() {}, onClose() {} };
      },
      onClose: () => connections.delete(connection),
    });
    connections.add(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return Object.defineProperties(state, {
    port: { value: bound.port },
    address: { value: `${host}:${bound.port}` },
    connections: { get: () => [...connections] },
    sockets: { get: () => [...sockets] },
    close: { value: close },
    [Symbol.asyncDispose]: { value: close },
  }) as typeof state & Backend;
}
