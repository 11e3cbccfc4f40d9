import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { ConnectionClose } from '../api.ts';
import type { ClientConnection, ClientConnectionOptions, ResponseHandler } from '../client/client-api.ts';
import { openConnection } from '../client/open-connection.ts';
import { preface } from '../frames/frame-type.ts';
import { type HeaderList, headerList } from '../headers/header-list.ts';
import { requestFields, settings } from './raw-client.ts';
import { RawPeer } from './raw-peer.ts';
import { StreamRecorder } from './recorder.ts';

/** A server that sends only the frames of a test, and acknowledges SETTINGS. */
class RawServer extends RawPeer {
  constructor(socket: Socket, firstFrame: Buffer) {
    super(socket, preface.length);
    this.send(firstFrame);
  }
}

/** Records the events of a response. It does not consume data: the test does. */
export class ResponseRecorder extends StreamRecorder implements ResponseHandler {
  readonly headers: HeaderList[] = [];

  onHeaders(headers: HeaderList): void {
    this.headers.push(headers);
  }
}

/** A client of ours that is connected to a raw server. */
export interface ClientSession {
  readonly connection: ClientConnection;
  readonly server: RawServer;
  readonly closed: Promise<ConnectionClose>;
  /** Opens a stream whose request has headers only, and has not ended. */
  request(
    end?: boolean,
    method?: string,
  ): { stream: ReturnType<ClientConnection['request']>; response: ResponseRecorder };
  /** Resolves when the client has processed everything that the server has sent. */
  settle(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startClientSession(
  options: ClientConnectionOptions = {},
  firstFrame = settings(),
): Promise<ClientSession> {
  const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  const accepted = once(listener, 'connection');
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const { promise: closed, resolve } = Promise.withResolvers<ConnectionClose>();
  const connection = openConnection(socket, {
    ...options,
    onClose: (reason) => {
      options.onClose?.(reason);
      resolve(reason);
    },
  });
  const server = new RawServer((await accepted)[0], firstFrame);
  await server.settle();
  return {
    connection,
    server,
    closed,
    request(end = false, method = 'POST') {
      const response = new ResponseRecorder();
      const fields = requestFields.map(([name, value]) => [name, name === ':method' ? method : value] as const);
      return { stream: connection.request(headerList(fields), undefined, response, end), response };
    },
    settle: () => server.settle(),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
