import { setTimeout } from 'node:timers/promises';
import { Random } from '@example/kit/random';
import type { FaultyBackend } from './faulty-backend.ts';
import type { Outcome } from './load.ts';
import type { Network } from './network/network.ts';
import { type Fault, faults, type Pace, Servers } from './servers.ts';
import type { ClientConnection, TestedClient } from './tested-client.ts';

export interface FaultRunOptions {
  readonly client: TestedClient;
  readonly network: Network;
  readonly faults: number;
  readonly pace: Pace;
  readonly seed: number;
  /**
   * How long calls are counted, in milliseconds: once while all servers are healthy, and once while one server is slow.
   */
  readonly phaseMs: number;
  readonly onFault?: (done: number, fault: Fault) => void;
  /** Ends the phase of faults early. */
  readonly signal?: AbortSignal;
}

export interface FaultRunResult {
  readonly faults: number;
  readonly outcome: Outcome;
  /** Creates that had an effect more than once, and successful creates that had none. */
  readonly doubled: number;
  readonly lost: number;
  /** Requests that servers received, divided by the number of calls. */
  readonly amplification: number;
  readonly uncaught: number;
  /** The outcome of the calls while all servers were healthy. */
  readonly healthy: Outcome;
  /** The largest difference of a server's share from an even share, while all servers were healthy. */
  readonly spread: number;
  /** The outcome of the calls while one server was 20 times slower. */
  readonly oneSlow: Outcome;
  /** The time from the restart of a dead server to its first call, in milliseconds. */
  readonly backAfterMs: number;
  /** The time from the listing of a fourth server to its first call, in milliseconds. */
  readonly fourthAfterMs: number;
}

const callers = { readers: 48, creators: 4, keyed: 4 };
const onlyReaders = { ...callers, creators: 0, keyed: 0 };
const pauseMs = 5;
/** How long a server stays dead, in milliseconds: long enough for a client to notice. */
const deadMs = 3_000;
/** The longest wait for the first call of a server, in milliseconds. */
const longestMs = 15_000;

/** Breaks three servers, one after the other, while a client calls them. */
export async function runFaults(options: FaultRunOptions): Promise<FaultRunResult> {
  let uncaught = 0;
  const onUncaught = () => {
    uncaught += 1;
  };
  process.on('uncaughtException', onUncaught);
  try {
    await using servers = await Servers.start(3, options.network);
    await using connection = await options.client.connect(servers.target);
    const faulty = await breakServers(servers, connection, options);
    const { made } = faulty.outcome.idempotent;
    const amplification = servers.ledger.requestCount / (made + faulty.outcome.creates.made);
    const measured = await measure(servers, connection, options.phaseMs);
    return { ...faulty, ...servers.ledger.check(faulty.outcome.succeeded), amplification, ...measured, uncaught };
  } finally {
    process.off('uncaughtException', onUncaught);
  }
}

async function breakServers(
  servers: Servers,
  connection: ClientConnection,
  { faults: count, pace, seed, onFault, signal }: FaultRunOptions,
): Promise<Pick<FaultRunResult, 'faults' | 'outcome'>> {
  const random = new Random(seed);
  const load = connection.start(callers, pauseMs);
  let done = 0;
  for (; done < count && signal?.aborted !== true; done++) {
    const fault = faults[done % faults.length] as Fault;
    onFault?.(done, fault);
    await servers.suffer(fault, random, pace);
  }
  return { faults: done, outcome: await load.stop() };
}

/** Measures the client while servers are healthy, slow, dead, restarted, and added. */
async function measure(
  servers: Servers,
  connection: ClientConnection,
  phaseMs: number,
): Promise<Pick<FaultRunResult, 'healthy' | 'spread' | 'oneSlow' | 'backAfterMs' | 'fourthAfterMs'>> {
  const loadDuring = async (phase: () => Promise<unknown>) => {
    const load = connection.start(onlyReaders, pauseMs);
    await phase();
    return await load.stop();
  };
  for (const { pid } of servers.all) await timeToFirstCall(connection, pid);
  const healthy = await loadDuring(() => setTimeout(phaseMs));
  const spread = spreadOf(
    servers.all.map(({ pid }) => pid),
    healthy,
  );
  const one = servers.all[0] as FaultyBackend;
  const oneSlow = await loadDuring(() => one.beSlow(() => setTimeout(phaseMs)));
  await loadDuring(async () => {
    await one.end('SIGKILL');
    await setTimeout(deadMs);
    await one.start();
  });
  const backAfterMs = await timeToFirstCall(connection, one.pid);
  const fourth = await servers.add();
  const fourthAfterMs = await timeToFirstCall(connection, fourth.pid);
  return { healthy, spread, oneSlow, backAfterMs, fourthAfterMs };
}

function spreadOf(pids: readonly number[], { servers }: Outcome): number {
  const shares = pids.map((pid) => servers[pid] ?? 0);
  const even = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.max(...shares.map((share) => Math.abs(share / even - 1)));
}

async function timeToFirstCall(connection: ClientConnection, pid: number): Promise<number> {
  const started = performance.now();
  while (performance.now() - started < longestMs) {
    const load = connection.start(onlyReaders, pauseMs);
    await setTimeout(100);
    const { servers } = await load.stop();
    if (servers[pid] !== undefined) return performance.now() - started;
  }
  return Number.POSITIVE_INFINITY;
}
