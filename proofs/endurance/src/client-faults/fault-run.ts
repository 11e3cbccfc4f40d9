import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Transport } from '@connectrpc/connect';
import { Random } from '@example/kit/random';
import { startNameServer } from '@example/rpc-client/testing/name-server';
import { type Fault, FaultyBackend, faults } from './faulty-backend.ts';
import { Load, type Outcome } from './load.ts';

/** A client of the run. */
export interface TestedClient {
  /** @param target `dns://NAME_SERVER/HOST:PORT` */
  connect(target: string): { readonly transport: Transport; close(): void };
}

export interface FaultRunOptions {
  readonly client: TestedClient;
  readonly faults: number;
  readonly seed: number;
  /** How long the calls of each server are counted while all servers are healthy, in milliseconds. */
  readonly healthyMs: number;
  readonly onFault?: (done: number, fault: Fault) => void;
  readonly signal?: AbortSignal;
}

export interface FaultRunResult {
  readonly outcome: Outcome;
  /** Creates that had an effect more than once, and successful creates that had none. */
  readonly doubled: number;
  readonly lost: number;
  /** Requests that servers received, divided by the number of calls. */
  readonly amplification: number;
  /** The largest difference of a server's share from an even share, while all servers were healthy. */
  readonly spread: number;
  /** The time from the listing of a fourth server to its first call, in milliseconds. */
  readonly fourthAfterMs: number;
  readonly uncaught: number;
}

/** The TTL of the servers' addresses. */
const ttlSeconds = 1;
const callers = { readers: 48, creators: 4, keyed: 4 };
const pauseMs = 5;
const faultMs = { min: 400, max: 2_500 };
/** The pause between two faults, in which the client finds its servers again, in milliseconds. */
const calmMs = 300;

/** Breaks three servers, one after the other, while a client calls them. */
export async function runFaults({
  client,
  seed,
  onFault,
  signal,
  ...options
}: FaultRunOptions): Promise<FaultRunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'client-faults-'));
  const files = {
    store: join(folder, 'users.db'),
    executed: join(folder, 'executed'),
    requests: join(folder, 'requests'),
  };
  writeFileSync(files.executed, '');
  writeFileSync(files.requests, '');
  let uncaught = 0;
  const onUncaught = () => {
    uncaught += 1;
  };
  process.on('uncaughtException', onUncaught);
  const backends: FaultyBackend[] = [];
  await using names = await startNameServer(ttlSeconds);
  const add = async () => {
    const host = `127.0.0.${backends.length + 1}`;
    backends.push(await FaultyBackend.start(files, host, backends[0]?.link.port ?? 0));
    names.addresses = [...(names.addresses ?? []), host];
  };
  for (let count = 0; count < 3; count++) await add();
  const connection = client.connect(`dns://${names.address}/users.test:${backends[0]?.link.port}`);
  try {
    const random = new Random(seed);
    const load = new Load(connection.transport, callers, pauseMs);
    for (let done = 0; done < options.faults && signal?.aborted !== true; done++) {
      const fault = faults[done % faults.length] as Fault;
      onFault?.(done, fault);
      await random.pick(backends).suffer(fault, () => setTimeout(random.between(faultMs.min, faultMs.max)));
      await setTimeout(calmMs);
    }
    const outcome = await load.stop();
    const requests = statSync(files.requests).size;
    const executed = readFileSync(files.executed, 'utf8').trimEnd().split('\n');
    const once = new Set(executed);
    const made = outcome.idempotent.made + outcome.creates.made;
    const spread = await measureSpread(connection.transport, backends, options.healthyMs);
    await add();
    return {
      outcome,
      doubled: executed.length - once.size,
      lost: [...outcome.succeeded].filter((name) => !once.has(name)).length,
      amplification: requests / made,
      spread,
      fourthAfterMs: await timeToFirstCall(connection.transport, backends.at(-1) as FaultyBackend),
      uncaught,
    };
  } finally {
    connection.close();
    process.off('uncaughtException', onUncaught);
    for (const backend of backends) await backend[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }
}

/** Measures the spread of the calls while all servers are healthy and connected. */
async function measureSpread(
  transport: Transport,
  backends: readonly FaultyBackend[],
  healthyMs: number,
): Promise<number> {
  for (const backend of backends) await timeToFirstCall(transport, backend);
  const load = new Load(transport, { ...callers, creators: 0, keyed: 0 }, pauseMs);
  await setTimeout(healthyMs);
  const { servers } = await load.stop();
  const shares = backends.map(({ pid }) => servers.get(`${pid}`) ?? 0);
  const even = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.max(...shares.map((share) => Math.abs(share / even - 1)));
}

const longestMs = 60_000;

async function timeToFirstCall(transport: Transport, { pid }: FaultyBackend): Promise<number> {
  const started = performance.now();
  while (performance.now() - started < longestMs) {
    const load = new Load(transport, { ...callers, creators: 0, keyed: 0 }, pauseMs);
    await setTimeout(100);
    const { servers } = await load.stop();
    if (servers.has(`${pid}`)) return performance.now() - started;
  }
  return Number.POSITIVE_INFINITY;
}
