import { setTimeout } from 'node:timers/promises';
import { freePort } from '@example/kit/programs';
import { Random } from '@example/kit/random';
import { type NameServer, startNameServer } from '@example/rpc-client/testing/name-server';
import { type BackendFault, backendFaults, FaultyBackend } from './faulty-backend.ts';
import { Ledger } from './ledger.ts';
import type { Outcome } from './load.ts';
import type { Network } from './network/network.ts';
import type { ClientConnection, TestedClient } from './tested-client.ts';

const nameFaults = ['names away', 'names lie'] as const;
type NameFault = (typeof nameFaults)[number];
type Fault = BackendFault | NameFault;
export const faults: readonly Fault[] = [...backendFaults, ...nameFaults];

export interface FaultRunOptions {
  readonly client: TestedClient;
  readonly network: Network;
  readonly faults: number;
  readonly seed: number;
  /** How long calls are counted while all servers are healthy, and while one is slow, in milliseconds. */
  readonly phaseMs: number;
  readonly onFault?: (done: number, fault: Fault) => void;
  /** Ends the faults early. */
  readonly signal?: AbortSignal;
}

export interface FaultRunResult {
  readonly faults: number;
  readonly outcome: Outcome;
  /** Creates that were done more than once, and those that succeeded and were never done. */
  readonly doubled: number;
  readonly lost: number;
  /** Requests that servers received for each call. */
  readonly amplification: number;
  readonly uncaught: number;
  /** While all servers were healthy. */
  readonly healthy: Outcome;
  /** The largest difference of a server's share from an even one, while all were healthy. */
  readonly spread: number;
  /** While one server was 20 times slower. */
  readonly oneSlow: Outcome;
  /** From the moment in which a server that was dead is back to its first call, in milliseconds. */
  readonly backAfterMs: number;
  /** From the moment in which a fourth server is listed to its first call, in milliseconds. */
  readonly fourthAfterMs: number;
}

/** Of the addresses of the servers. */
const ttlSeconds = 1;
const callers = { readers: 48, creators: 4, keyed: 4 };
const onlyReaders = { ...callers, creators: 0, keyed: 0 };
const pauseMs = 5;
const faultMs = { min: 200, max: 1_500 };
/** Some faults last until a client that looks after its connections has closed them. */
const longFault = { share: 0.05, ms: 6_000 };
/** Between two faults: the client finds its servers again. */
const calmMs = 300;
/** Long enough for a client to know that a server is dead, in milliseconds. */
const deadMs = 3_000;
/** What is not used by then never will be. */
const longestMs = 15_000;

/** Breaks three servers, one after the other, while a client calls them. */
export async function runFaults(options: FaultRunOptions): Promise<FaultRunResult> {
  let uncaught = 0;
  const onUncaught = () => {
    uncaught += 1;
  };
  process.on('uncaughtException', onUncaught);
  try {
    using ledger = new Ledger();
    await using names = await startNameServer(ttlSeconds);
    await using servers = new Servers(ledger, names, await freePort(), options.network);
    for (let count = 0; count < 3; count++) await servers.add();
    const target = { nameServer: names.address, host: 'users.test', port: servers.port };
    await using connection = await options.client.connect(target);
    const faulty = await breakServers(servers, connection, options);
    const { made } = faulty.outcome.idempotent;
    const amplification = ledger.requestCount / (made + faulty.outcome.creates.made);
    const measured = await measure(servers, connection, options.phaseMs);
    return { ...faulty, ...ledger.check(faulty.outcome.succeeded), amplification, ...measured, uncaught };
  } finally {
    process.off('uncaughtException', onUncaught);
  }
}

async function breakServers(
  servers: Servers,
  connection: ClientConnection,
  { faults: count, seed, network, onFault, signal }: FaultRunOptions,
): Promise<Pick<FaultRunResult, 'faults' | 'outcome'>> {
  const random = new Random(seed);
  const load = connection.start(callers, pauseMs);
  let done = 0;
  for (; done < count && signal?.aborted !== true; done++) {
    const fault = faults[done % faults.length] as Fault;
    onFault?.(done, fault);
    const ms = random.chance(longFault.share) ? longFault.ms : random.between(faultMs.min, faultMs.max);
    const wait = () => setTimeout(ms);
    if (isNameFault(fault)) await servers.breakNames(fault, random, network.wrongAddress, wait);
    else await random.pick(servers.all).suffer(fault, random, wait);
    await setTimeout(calmMs);
  }
  return { faults: done, outcome: await load.stop() };
}

/** What a client does while servers are healthy, slow, dead, back, and added. */
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

function isNameFault(fault: Fault): fault is NameFault {
  return (nameFaults as readonly Fault[]).includes(fault);
}

/** The servers of a run, and their name. */
class Servers implements AsyncDisposable {
  readonly all: FaultyBackend[] = [];
  readonly port: number;
  readonly #ledger: Ledger;
  readonly #names: NameServer;
  readonly #network: Network;

  constructor(ledger: Ledger, names: NameServer, port: number, network: Network) {
    this.port = port;
    this.#ledger = ledger;
    this.#names = names;
    this.#network = network;
  }

  /** A server is listed once it listens. */
  async add(): Promise<FaultyBackend> {
    const backend = await FaultyBackend.start(this.#network.addHost(this.all.length), this.port, this.#ledger);
    this.all.push(backend);
    this.#list();
    return backend;
  }

  async breakNames(
    fault: NameFault,
    random: Random,
    wrongAddress: string,
    wait: () => Promise<unknown>,
  ): Promise<void> {
    const lies = [[], [wrongAddress], [wrongAddress, ...(this.#names.addresses ?? []).slice(1)]];
    this.#names.addresses = fault === 'names away' ? undefined : random.pick(lies);
    await wait();
    this.#list();
  }

  #list(): void {
    this.#names.addresses = this.all.map(({ host }) => host.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const backend of this.all) await backend[Symbol.asyncDispose]();
  }
}
