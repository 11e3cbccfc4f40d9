import type { Interceptor, Transport } from '@connectrpc/connect';
import {
  type ConnectTransportOptions,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  type GrpcTransportOptions,
} from '@connectrpc/connect-node';
import { type Measured, withCpu } from './cpu.ts';
import { type GoFigures, goLoad } from './go-load.ts';
import { h2load, warmUpSeconds } from './h2load.ts';
import type { Peer, TokenAuth } from './peers.ts';
import type { Request, Requests } from './requests.ts';
import type { ServerProcess } from './server-process.ts';

/** The wanted ratio of the figures of two peers. */
export interface Goal {
  readonly of: Peer;
  readonly to: Peer;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A kind of load under which servers are measured. */
export interface Workload {
  readonly title: string;
  readonly unit: string;
  readonly peers: readonly Peer[];
  /** Whether each turn gets a new server. By default a server is kept, with the code that V8 has optimized. */
  readonly isCold?: boolean;
  readonly goals: readonly Goal[];
  /** Makes a call and compares the response. @throws when it is wrong */
  check(server: ServerProcess): Promise<void>;
  /** @throws when a call fails */
  measure(server: ServerProcess, seconds: number): Promise<Measured>;
}

/** The requests, files and credentials that workloads use. */
export interface Setup {
  readonly requests: Requests;
  /** A folder for the data of servers. */
  readonly folder: string;
  readonly auth: TokenAuth;
  readonly tlsEnv: Readonly<Record<string, string>>;
  /** The certificate of the authority, in PEM. */
  readonly ca: string;
}

export type MakeWorkload = (setup: Setup) => Workload;

/** The concurrency of a workload. */
export interface Concurrency {
  readonly connections: number;
  /** Concurrent calls on each connection. */
  readonly calls: number;
}

/** Many concurrent calls on few connections, as from a proxy or a busy service. */
export const multiplexed: Concurrency = { connections: 4, calls: 100 };
/** A client in Go needs as much CPU as a server: more concurrent calls do not increase its rate. */
export const fromGo: Concurrency = { connections: 4, calls: 25 };
export const streams: Concurrency = { connections: 2, calls: 4 };
/** HTTP/1.1 allows only one call at a time on a connection. */
export const http1Connections = 100;

/** Describes a concurrency in a title. */
export function describe({ connections, calls }: Concurrency): string {
  return `${connections} connections with ${calls} calls at once on each`;
}

type RequestOf = (peer: Peer) => Request;

/** The check and the measurement of a workload by h2load. @param requestOf the request for each peer */
export function byH2load(requestOf: RequestOf, concurrency: Concurrency, ca = ''): Pick<Workload, 'check' | 'measure'> {
  return {
    check: ({ url, peer }) => checkRequest(requestOf(peer), url, peer, ca),
    async measure({ url, peer, pid }, seconds) {
      const request = requestOf(peer);
      const { headers = {}, isHttp1 = false } = peer;
      const run = async () => {
        const calls = await h2load({
          url: `${url}${request.path}`,
          ...concurrency,
          ...(isHttp1 && { connections: http1Connections }),
          isHttp1,
          bodyFile: request.bodyFile,
          headers: { 'content-type': request.contentType, te: 'trailers', ...headers },
          responseBytes: request.responseBytes,
          seconds,
        });
        return calls * request.messages;
      };
      return await withCpu(pid, steadyWindow(warmUpSeconds, seconds), run);
    },
  };
}

/** Measures the calls a second of a client on grpc-go. */
export async function measureByGo(server: ServerProcess, seconds: number): Promise<Measured> {
  const run = async () => (await runGo(server, fromGo, seconds)).callsPerSecond;
  return await withCpu(server.pid, steadyWindow(0, seconds), run);
}

export async function runGo(
  { url, peer }: ServerProcess,
  concurrency: Concurrency,
  seconds: number,
): Promise<GoFigures> {
  return await goLoad({ url, headers: peer.headers ?? {}, ...concurrency, seconds });
}

/** Leaves out the start and the end of the load. */
function steadyWindow(warmUp: number, seconds: number) {
  return { fromMs: warmUp * 1_000 + 150, toMs: (warmUp + seconds) * 1_000 - 50 };
}

/** Makes the call once. @throws when the response is wrong */
export async function checkRequest(request: Request, baseUrl: string, peer: Peer, ca = ''): Promise<void> {
  const interceptors = [sending(peer.headers ?? {})];
  const http2 = { baseUrl, interceptors, httpVersion: '2', nodeOptions: ca === '' ? {} : { ca } } as const;
  await request.check(transportOf(request.contentType, peer.isHttp1 ? { ...http2, httpVersion: '1.1' } : http2));
}

function transportOf(contentType: string, options: ConnectTransportOptions): Transport {
  if (contentType.startsWith('application/grpc-web')) return createGrpcWebTransport(options);
  if (contentType.startsWith('application/grpc')) return createGrpcTransport(options as GrpcTransportOptions);
  return createConnectTransport({ ...options, useBinaryFormat: !contentType.endsWith('json') });
}

function sending(headers: Readonly<Record<string, string>>): Interceptor {
  return (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
}
