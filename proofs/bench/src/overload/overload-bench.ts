import { goLoad } from '../server/go-load.ts';
import { grpcGo, grpcJs, ours, type Peer, withEnv } from '../server/peers.ts';
import { ServerProcess } from '../server/server-process.ts';
import { goodputChart } from './goodput-chart.ts';
import { type OpenLoopFigures, openLoop } from './open-loop.ts';
import { figuresOf, type LoadFigures, reportOf } from './overload-report.ts';

export interface OverloadBenchOptions {
  readonly rounds: number;
  /** The time that is measured under each load, after a warm-up. */
  readonly seconds: number;
  readonly print: (line: string) => void;
}

export interface OverloadBenchReport {
  readonly isReached: boolean;
  readonly markdown: string;
  /** The chart as SVG. */
  readonly chart: string;
}

/** Loads as multiples of the capacity. */
const loads = [0.5, 1, 2, 5];
/**
 * The number of blocks of 64 KiB that GetUser hashes with SHA-256. They cost enough that the load client does not limit
 * the rate.
 */
const workBlocks = 16;
/** The concurrency at which a server reaches its capacity. */
const saturating = { connections: 4, calls: 8 };
/** The time in which the code of a server is compiled and its capacity is measured. */
const capacitySeconds = 3;
/** The warm-up before a measurement: longer than a server takes to notice that it is overloaded. */
const warmUpSeconds = 3;

/**
 * Our server has the default overload delay here. In other benchmarks the delay is so long that it is never reached.
 */
const peers: readonly Peer[] = [withEnv(ours, { OVERLOAD_DELAY_MS: '100' }), grpcJs, grpcGo].map((peer) =>
  withEnv(peer, { WORK_BLOCKS: `${workBlocks}` }),
);

/**
 * Measures the goodput of servers at multiples of their capacity. Each measurement has a new server, because an
 * overload affects later measurements.
 *
 * @throws {ToolchainMissingError}
 */
export async function benchOverload({ rounds, seconds, print }: OverloadBenchOptions): Promise<OverloadBenchReport> {
  const all: LoadFigures[] = [];
  for (let round = 1; round <= rounds; round++) {
    print(`round ${round} of ${rounds}`);
    for (const peer of peers) {
      for (const load of loads) {
        const { capacity, figures } = await measure(peer, load, seconds);
        print(`${peer.name} at ${load} times ${Math.round(capacity)} calls/s: ${Math.round(figures.served)} served`);
        all.push({ server: peer.name, load, capacity, ...figures });
      }
    }
  }
  const figures = figuresOf(all);
  const { markdown, isReached } = reportOf(figures);
  print(`\n${markdown}`);
  return { markdown, isReached, chart: goodputChart(figures) };
}

async function measure(
  peer: Peer,
  load: number,
  seconds: number,
): Promise<{ capacity: number; figures: OpenLoopFigures }> {
  const server = await ServerProcess.start(peer);
  try {
    const { url } = server;
    const { callsPerSecond: capacity } = await goLoad({ url, headers: {}, ...saturating, seconds: capacitySeconds });
    return { capacity, figures: await openLoop({ url, rate: load * capacity, warmUpSeconds, seconds }) };
  } finally {
    await server.end();
  }
}
