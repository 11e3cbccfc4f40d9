import type { Interceptor } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { goLoad } from './go-load.ts';
import { h2load } from './h2load.ts';
import { connectionBytes } from './idle-memory.ts';
import * as peers from './peers.ts';
import { type Request, writeRequests } from './requests.ts';
import { makeSecrets } from './secrets.ts';
import type { ServerProcess } from './server-process.ts';

/** How the first is to compare with the second: their figures, as a ratio. */
export interface Goal {
  readonly of: peers.Peer;
  readonly to: peers.Peer;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What servers are measured at. */
export interface Workload {
  /** For the command line. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly peers: readonly peers.Peer[];
  /** Whether each turn is a new server's. Otherwise a server keeps what its compiler has learnt. */
  readonly isCold?: boolean;
  readonly goals: readonly Goal[];
  /** Makes a call, and looks at what is answered. @throws when that is wrong */
  check(server: ServerProcess): Promise<void>;
  /** @throws when a call fails */
  measure(server: ServerProcess, seconds: number): Promise<number>;
}

const { fast, connect, nodeHttp2, grpcJs, niceGrpc, connectNode, grpcGo, grpcio } = peers;
const all = [fast, connect, nodeHttp2, grpcJs, niceGrpc, connectNode, grpcGo, grpcio];

/** With many calls at once on few connections, as a proxy or a busy service has them. */
const multiplexed = { connections: 4, calls: 100 };
/** A client in Go has as much to do as a server: with more it does not do more. */
const fromGo = { connections: 4, calls: 25 };
const streams = { connections: 2, calls: 4 };
/** With HTTP/1.1 there is one call at a time on each. */
const http1Connections = 100;

/** @param folder where the files go that servers and clients read */
export async function makeWorkloads(folder: string): Promise<readonly Workload[]> {
  const { getUser, getUserAsJson, listOrders, uploadLineItems } = writeRequests(folder);
  const { auth, tlsEnv, ca } = await makeSecrets(folder);
  const allOn = peers.allOn(auth);
  const [tlsFast, tlsGrpcJs, ...tlsOthers] = [fast, grpcJs, connect, nodeHttp2, grpcGo].map((peer) =>
    peers.withEnv(peer, tlsEnv),
  ) as [peers.Peer, peers.Peer, ...peers.Peer[]];
  const isGetUserWell = checker(getUser, ca);

  return [
    {
      name: 'unary',
      title: `GetUser by h2load, ${multiplexed.connections} connections with ${multiplexed.calls} calls at once on each`,
      unit: 'calls/s',
      peers: all,
      goals: [
        { of: fast, to: grpcJs, atLeast: 6 },
        { of: fast, to: grpcGo, atLeast: 2.5 },
      ],
      check: isGetUserWell,
      measure: byH2load(getUser, multiplexed),
    },
    {
      name: 'go-unary',
      title: `GetUser by a client on grpc-go, ${fromGo.connections} connections with ${fromGo.calls} calls at once on each`,
      unit: 'calls/s',
      peers: all,
      goals: [{ of: fast, to: grpcGo, atLeast: 1 }],
      check: isGetUserWell,
      measure: async ({ url }, seconds) => (await goLoad({ url, ...fromGo, seconds })).callsPerSecond,
    },
    {
      name: 'latency',
      title: 'GetUser by a client on grpc-go, one call at a time: the median',
      unit: 'µs',
      peers: all,
      goals: [{ of: fast, to: grpcGo, atMost: 1.25 }],
      check: isGetUserWell,
      measure: async ({ url }, seconds) =>
        (await goLoad({ url, connections: 1, calls: 1, seconds })).medianMicroseconds,
    },
    {
      name: 'server-stream',
      title: `ListOrders by h2load, ${listOrders.messages} orders a call`,
      unit: 'messages/s',
      peers: all,
      goals: streamGoals,
      check: checker(listOrders, ca),
      measure: byH2load(listOrders, streams),
    },
    {
      name: 'client-stream',
      title: `UploadLineItems by h2load, ${uploadLineItems.messages} items a call`,
      unit: 'messages/s',
      peers: all,
      goals: streamGoals,
      check: checker(uploadLineItems, ca),
      measure: byH2load(uploadLineItems, streams),
    },
    {
      name: 'tls',
      title: 'unary, over TLS',
      unit: 'calls/s',
      peers: [tlsFast, tlsGrpcJs, ...tlsOthers],
      goals: [{ of: tlsFast, to: tlsGrpcJs, atLeast: 4 }],
      check: isGetUserWell,
      measure: byH2load(getUser, multiplexed),
    },
    {
      name: 'json',
      title: `unary, JSON; HTTP/1.1 with ${http1Connections} connections`,
      unit: 'calls/s',
      peers: [fast, peers.fastHttp1, peers.fastifyHttp1, peers.fastifyHttp2],
      goals: [peers.fastifyHttp1, peers.fastifyHttp2].map((to) => ({ of: fast, to, atLeast: 2 })),
      check: checker(getUserAsJson, ca),
      measure: byH2load(getUserAsJson, multiplexed),
    },
    {
      name: 'all-on',
      title: 'unary, with a token in each call and the access log written to nowhere',
      unit: 'calls/s',
      peers: [fast, allOn],
      goals: [{ of: allOn, to: fast, atLeast: 0.6 }],
      check: isGetUserWell,
      measure: byH2load(getUser, multiplexed),
    },
    {
      name: 'idle',
      title: 'memory of a connection that has had one call and now has none',
      unit: 'bytes',
      peers: [fast, connect, nodeHttp2],
      isCold: true,
      goals: [{ of: fast, to: nodeHttp2, atMost: 1 }],
      check: isGetUserWell,
      measure: connectionBytes,
    },
  ];
}

const streamGoals: readonly Goal[] = [
  { of: fast, to: grpcJs, atLeast: 3 },
  { of: fast, to: grpcGo, atLeast: 0.8 },
];

function checker(request: Request, ca: string): Workload['check'] {
  return async ({ url: baseUrl, peer: { headers = {}, isHttp1 = false } }) => {
    const transport = request.contentType.includes('grpc')
      ? createGrpcTransport({ baseUrl, nodeOptions: { ca }, interceptors: [sending(headers)] })
      : createConnectTransport({ baseUrl, httpVersion: isHttp1 ? '1.1' : '2', useBinaryFormat: false });
    await request.check(transport);
  };
}

function byH2load(request: Request, many: { connections: number; calls: number }): Workload['measure'] {
  return async ({ url, peer: { headers = {}, isHttp1 = false } }, seconds) => {
    const calls = await h2load({
      url: `${url}${request.path}`,
      ...many,
      ...(isHttp1 && { connections: http1Connections }),
      isHttp1,
      bodyFile: request.bodyFile,
      headers: { 'content-type': request.contentType, te: 'trailers', ...headers },
      responseBytes: request.responseBytes,
      seconds,
    });
    return calls * request.messages;
  };
}

function sending(headers: Readonly<Record<string, string>>): Interceptor {
  return (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
}
