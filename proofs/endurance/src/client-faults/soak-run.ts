import { Random } from '@example/kit/random';
import { createTransport } from '@example/rpc-client';
import { readUsage } from '../usage/read-usage.ts';
import { type ResourceUsage, usageOf } from '../usage/resource-usage.ts';
import type { SoakResult } from '../usage/soak-result.ts';
import { usageAtRest } from '../usage/usage-at-rest.ts';
import { type ImpatientCounts, ImpatientLoad } from './impatient-load.ts';
import { Load } from './load.ts';
import type { Network } from './network/network.ts';
import { type Fault, faults, type Pace, Servers } from './servers.ts';

export interface ClientSoakOptions {
  readonly network: Network;
  readonly loadMs: number;
  /** The number of periods. Each has its own transport, which is closed at the end of the period. */
  readonly periods: number;
  readonly pace: Pace;
  readonly seed: number;
  readonly onPeriod?: (usage: ResourceUsage, calls: number) => void;
  readonly signal?: AbortSignal;
}

const callers = { readers: 16, creators: 2, keyed: 2 };
const impatientCallers = 30;
const pauseMs = 5;
/** The time for a closed transport to release its connections, in milliseconds. */
const releaseMs = 15_000;

/** Breaks servers while this process calls them, and reads its resource usage when each transport is closed. */
export async function soakClient(options: ClientSoakOptions): Promise<SoakResult> {
  const { network, loadMs, periods, onPeriod, signal } = options;
  await using servers = await Servers.start(3, network);
  const random = new Random(options.seed);
  const done = { succeeded: 0, aborted: 0, unavailable: 0, connections: 0, failures: new Map<string, number>() };
  let fault = 0;
  const nextFault = () => faults[fault++ % faults.length] as Fault;
  /** @param ms the duration of the load. The last fault may end a little later */
  const period = async (ms: number) => {
    const transport = createTransport({ target: targetOf(servers) });
    done.connections += 1;
    const patient = new Load(transport, callers, pauseMs);
    const impatient = new ImpatientLoad(transport, impatientCallers, random, done satisfies ImpatientCounts);
    const end = performance.now() + ms;
    do await servers.suffer(nextFault(), random, options.pace);
    while (performance.now() < end && signal?.aborted !== true);
    await impatient.stop();
    const { idempotent, errors } = await patient.stop();
    transport.close();
    done.succeeded += idempotent.made - idempotent.failed;
    for (const error of errors) done.failures.set(error, (done.failures.get(error) ?? 0) + 1);
  };
  const before = usageOf(readUsage());
  // A warm-up, for everything that is compiled and cached once.
  await period(0);
  const usages: ResourceUsage[] = [];
  for (let count = 0; count < periods && signal?.aborted !== true; count++) {
    await period(loadMs / periods);
    const usage = await usageAtRest(() => usageOf(readUsage()), before, releaseMs);
    usages.push(usage);
    onPeriod?.(usage, done.succeeded + done.aborted + done.unavailable);
  }
  return { done, before, usages };
}

function targetOf({ target: { nameServer, host, port } }: Servers): string {
  return `dns://${nameServer}/${host}:${port}`;
}
