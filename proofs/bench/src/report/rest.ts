import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needProgram } from '@example/kit/toolchains';
import { median } from '../median.ts';
import { h2load, makeCalls } from '../server/h2load.ts';
import { fastifyHttp1, fastifyHttp2, grpcJs, ours, oursHttp1, type Peer } from '../server/peers.ts';
import { type Request, type Requests, writeRequests } from '../server/requests.ts';
import { ServerProcess } from '../server/server-process.ts';
import { checkRequest, http1Connections, multiplexed } from '../server/workload.ts';
import { startRelay } from './counting-relay.ts';

/** GetUser by one protocol of one server. */
export interface RestFigures {
  readonly name: string;
  readonly callsPerSecond: number;
  /** The mean time of a call without concurrent calls, in microseconds. */
  readonly latency: number;
  /** The bytes of a call on an open connection, with header fields and frames. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** The calls over which bytes are measured: enough that the bytes of opening the connection do not matter. */
const countedCalls = 2_000;

function contestants({ getUser, getUserAsJson }: Requests): readonly (readonly [peer: Peer, request: Request])[] {
  return [
    [{ ...ours, name: 'gRPC, ours' }, getUser],
    [{ ...grpcJs, name: 'gRPC, grpc-js' }, getUser],
    [{ ...ours, name: 'Connect JSON, HTTP/2, ours' }, getUserAsJson],
    [{ ...oursHttp1, name: 'Connect JSON, HTTP/1.1, ours' }, getUserAsJson],
    [{ ...fastifyHttp2, name: 'REST, HTTP/2, Fastify' }, getUserAsJson],
    [{ ...fastifyHttp1, name: 'REST, HTTP/1.1, Fastify' }, getUserAsJson],
  ];
}

/** Measures the same method by gRPC, by Connect with JSON and as REST. @throws {ToolchainMissingError} */
export async function measureRest(
  rounds: number,
  seconds: number,
  print: (line: string) => void,
): Promise<RestFigures[]> {
  for (const program of ['h2load', 'taskset'] as const) needProgram(program);
  const folder = mkdtempSync(join(tmpdir(), 'rest-'));
  try {
    const figures: RestFigures[] = [];
    for (const [peer, request] of contestants(writeRequests(folder))) {
      figures.push(await measure(peer, request, rounds, seconds));
      print(`${peer.name}: ${Math.round(figures.at(-1)?.callsPerSecond ?? 0)} calls/s`);
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(peer: Peer, request: Request, rounds: number, seconds: number): Promise<RestFigures> {
  const server = await ServerProcess.start(peer);
  try {
    await checkRequest(request, server.url, peer);
    const isHttp1 = peer.isHttp1 ?? false;
    const load = {
      bodyFile: request.bodyFile,
      headers: { 'content-type': request.contentType, te: 'trailers' },
      responseBytes: request.responseBytes,
      isHttp1,
      seconds,
    };
    const loaded = isHttp1 ? { connections: http1Connections, calls: 1 } : multiplexed;
    const url = `${server.url}${request.path}`;
    const rates: number[] = [];
    const latencies: number[] = [];
    for (let round = 0; round < rounds; round++) {
      rates.push(await h2load({ ...load, ...loaded, url }));
      latencies.push(1e6 / (await h2load({ ...load, connections: 1, calls: 1, url })));
    }
    await using relay = await startRelay(server.url);
    await makeCalls({ ...load, url: `${relay.url}${request.path}`, calls: countedCalls });
    return {
      name: peer.name,
      callsPerSecond: median(rates),
      latency: median(latencies),
      bytesSent: relay.bytes.sent / countedCalls,
      bytesReceived: relay.bytes.received / countedCalls,
    };
  } finally {
    await server.end();
  }
}
