import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needProgram } from '@example/kit/toolchains';
import { median, medianRatio } from '../median.ts';
import { h2load, makeCalls } from '../server/h2load.ts';
import { fastifyHttp1, fastifyHttp2, grpcJs, ours, oursHttp1, type Peer } from '../server/peers.ts';
import { type Request, type Requests, writeRequests } from '../server/requests.ts';
import { ServerProcess } from '../server/server-process.ts';
import { byH2load, checkRequest, multiplexed } from '../server/workload.ts';
import { startRelay } from './counting-relay.ts';

/** GetUser by one protocol of one server. */
export interface RestFigures {
  readonly name: string;
  /** The calls that the server handles in each second of its CPU time: the rate of one core. */
  readonly rate: number;
  /** The ratio to the rate of `base`; NaN if `base` is not measured. */
  readonly rateToBase: number;
  /** The mean time of a call without concurrent calls, in microseconds. */
  readonly latency: number;
  readonly latencyToBase: number;
  /** The bytes of a call on an open connection, with header fields and frames. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** The calls over which bytes are measured: enough that the bytes of opening the connection do not matter. */
const countedCalls = 2_000;

/** The contestant to which all others are compared. */
const base = 'REST, HTTP/1.1, Fastify';

function contestants({ getUser, getUserAsJson }: Requests): readonly (readonly [peer: Peer, request: Request])[] {
  return [
    [{ ...ours, name: 'gRPC, ours' }, getUser],
    [{ ...grpcJs, name: 'gRPC, grpc-js' }, getUser],
    [{ ...ours, name: 'Connect JSON, HTTP/2, ours' }, getUserAsJson],
    [{ ...oursHttp1, name: 'Connect JSON, HTTP/1.1, ours' }, getUserAsJson],
    [{ ...fastifyHttp2, name: 'REST, HTTP/2, Fastify' }, getUserAsJson],
    [{ ...fastifyHttp1, name: base }, getUserAsJson],
  ];
}

/**
 * Measures the same method by gRPC, by Connect with JSON and as REST. In each round every server has a turn, so that a
 * busy machine is busy for all of them.
 *
 * @param isWanted whether to measure the server of this name
 * @throws {ToolchainMissingError}
 */
export async function measureRest(
  rounds: number,
  seconds: number,
  isWanted: (name: string) => boolean,
): Promise<RestFigures[]> {
  for (const program of ['h2load', 'taskset'] as const) needProgram(program);
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'rest-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  const turns: Turns[] = [];
  for (const [peer, request] of contestants(writeRequests(folder))) {
    if (!isWanted(peer.name)) continue;
    const server = await ServerProcess.start(peer);
    stack.defer(() => server.end());
    await checkRequest(request, server.url, peer);
    turns.push({ peer, request, server, rates: [], latencies: [] });
  }
  // The first round is not counted, because servers compile their code in it.
  for (let round = 0; round <= rounds; round++) {
    for (const turn of turns) await take(turn, seconds, round > 0);
  }
  const compared = turns.find(({ peer }) => peer.name === base);
  return await Promise.all(turns.map((turn) => figuresOf(turn, compared)));
}

interface Turns {
  readonly peer: Peer;
  readonly request: Request;
  readonly server: ServerProcess;
  /** The calls for each second of CPU. The list has a value for each round. */
  readonly rates: number[];
  /** The time of a call, in microseconds. The list has a value for each round. */
  readonly latencies: number[];
}

async function take(turn: Turns, seconds: number, isCounted: boolean): Promise<void> {
  const { peer, request, server, rates, latencies } = turn;
  const { cpuMicroseconds = Number.NaN } = await byH2load(() => request, multiplexed).measure(server, seconds);
  const load = { ...loadOf(peer, request), url: `${server.url}${request.path}`, seconds: Math.ceil(seconds / 2) };
  const oneAtATime = await h2load({ ...load, connections: 1, calls: 1 });
  if (!isCounted) return;
  rates.push(1e6 / cpuMicroseconds);
  latencies.push(1e6 / oneAtATime);
}

async function figuresOf({ peer, request, server, rates, latencies }: Turns, compared?: Turns): Promise<RestFigures> {
  await using relay = await startRelay(server.url);
  await makeCalls({ ...loadOf(peer, request), url: `${relay.url}${request.path}`, calls: countedCalls });
  return {
    name: peer.name,
    rate: median(rates),
    rateToBase: medianRatio(rates, compared?.rates ?? []),
    latency: median(latencies),
    latencyToBase: medianRatio(latencies, compared?.latencies ?? []),
    bytesSent: relay.bytes.sent / countedCalls,
    bytesReceived: relay.bytes.received / countedCalls,
  };
}

function loadOf({ isHttp1 = false }: Peer, { bodyFile, contentType, responseBytes }: Request) {
  return { bodyFile, headers: { 'content-type': contentType, te: 'trailers' }, responseBytes, isHttp1 };
}
