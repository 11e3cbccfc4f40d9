import { Agent } from 'node:http';
import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import type { Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import type { Random } from '@example/kit/random';

/** A client's connection to the service. */
export interface Connection {
  readonly transport: Transport;
  /** Whether the connection supports bidirectional streams. */
  readonly isBidi: boolean;
  readonly isDestroyed: boolean;
  /** Ends the connection at once, with the calls on it. */
  destroy(): void;
}

type Make = (baseUrl: string) => Connection;

const overHttp2 =
  (make: (options: { baseUrl: string; sessionManager: Http2SessionManager }) => Transport): Make =>
  (baseUrl) => {
    const sessionManager = new Http2SessionManager(baseUrl);
    return connection(make({ baseUrl, sessionManager }), true, () => sessionManager.abort());
  };

const overHttp1 =
  (make: (options: { baseUrl: string; httpVersion: '1.1'; nodeOptions: { agent: Agent } }) => Transport): Make =>
  (baseUrl) => {
    const sockets: Socket[] = [];
    const agent = new Agent({ keepAlive: true });
    agent.createConnection = (options) => {
      const socket = connectSocket(options as NetConnectOpts);
      sockets.push(socket);
      return socket;
    };
    const transport = make({ baseUrl, httpVersion: '1.1', nodeOptions: { agent } });
    return connection(transport, false, () => {
      agent.destroy();
      // The agent does not track sockets that were just assigned to a request.
      for (const socket of sockets) socket.destroy();
    });
  };

const kinds: readonly Make[] = [
  // gRPC is twice as likely as the others, because most clients use it.
  overHttp2(createGrpcTransport),
  overHttp2(createGrpcTransport),
  overHttp2((options) => createConnectTransport({ ...options, httpVersion: '2' })),
  overHttp2((options) => createConnectTransport({ ...options, httpVersion: '2', useBinaryFormat: false })),
  overHttp2((options) => createGrpcWebTransport({ ...options, httpVersion: '2' })),
  overHttp1(createConnectTransport),
  overHttp1(createGrpcWebTransport),
];

export const connectByGrpc = overHttp2(createGrpcTransport);

export function connect(baseUrl: string, random: Random): Connection {
  return random.pick(kinds)(baseUrl);
}

function connection(transport: Transport, isBidi: boolean, end: () => void): Connection {
  const made = {
    transport,
    isBidi,
    isDestroyed: false,
    destroy() {
      made.isDestroyed = true;
      end();
    },
  };
  return made;
}
