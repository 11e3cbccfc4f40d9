import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from '@example/kit/markdown';
import { type NodeServer, startNodeServer } from '@example/kit/programs';
import { median } from '../median.ts';
import { withCpu } from '../server/cpu.ts';
import { h2load, warmUpSeconds } from '../server/h2load.ts';
import { writeRequests } from '../server/requests.ts';

export interface WorkersBenchOptions {
  readonly rounds: number;
  /** The length of a measurement. */
  readonly seconds: number;
  readonly print: (line: string) => void;
}

const workers = 2;
const connectionCounts = [2, 4, 100];
/** The highest accepted CPU time of a call, as a ratio to that of a single process. */
const costGoal = 1.05;
/** How far the share of a worker may differ from an equal share, as a part of the equal share. */
const evenGoal = 0.1;
/**
 * The number of connections for each process. It is the same for all, because a busier process serves more calls in a
 * turn of the event loop, and each of these costs less.
 */
const connectionsOfProcess = 50;
const callsOfProcess = 2_500;

/**
 * Measures the CPU of a call with two workers and with one process, in turns, and how the calls of few and of many
 * connections are spread.
 *
 * @returns whether the goals are reached
 */
export async function benchWorkers({ rounds, seconds, print }: WorkersBenchOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-workers-'));
  try {
    const { getUser } = writeRequests(folder);
    const { path, contentType, bodyFile, responseBytes } = getUser;
    const headers = { 'content-type': contentType, te: 'trailers' };
    const load = (url: string, connections: number, rate?: number) =>
      h2load({
        ...{ url: `${url}${path}`, bodyFile, headers, connections, isHttp1: false, seconds, responseBytes },
        calls: 10,
        ...(rate !== undefined && { rate }),
      });
    const costOf = async (count: number): Promise<number> => {
      await using server = await start({ WORKERS: `${count}`, ACCESS_LOG: 'off' });
      const window = { fromMs: warmUpSeconds * 1_000, toMs: (warmUpSeconds + seconds) * 1_000 };
      const run = () => load(server.url, count * connectionsOfProcess, callsOfProcess / connectionsOfProcess);
      // A first run, after which V8 has optimized the code.
      await load(server.url, count * connectionsOfProcess);
      return (await withCpu(server.program.pid, window, run)).cpuMicroseconds ?? Number.NaN;
    };
    const callsOf = async (connections: number): Promise<number[]> => {
      const counts = Array.from({ length: workers }, () => 0);
      const onLine = (line: string) => {
        const worker = /"worker":(\d+),"msg":"call"/.exec(line)?.[1];
        if (worker !== undefined) counts[Number(worker) - 1] = (counts[Number(worker) - 1] ?? 0) + 1;
      };
      await using server = await start({ WORKERS: `${workers}` }, onLine);
      await load(server.url, connections, (workers * callsOfProcess) / connections);
      return counts;
    };

    const costs = new Map([1, workers].map((count) => [count, [] as number[]]));
    for (let round = 1; round <= rounds; round++) {
      print(`round ${round} of ${rounds}`);
      for (const [count, figures] of costs) figures.push(await costOf(count));
    }
    const [one = Number.NaN, several = Number.NaN] = [...costs.values()].map(median);
    const cost = several / one;
    const spread: number[][] = [];
    for (const connections of connectionCounts) spread.push(await callsOf(connections));
    const farthest = Math.max(...spread.map(distance));

    print(`\nCPU of a call: ${one.toFixed(1)} µs by one process, ${several.toFixed(1)} µs by ${workers} workers: `);
    print(`${cost.toFixed(3)}, at most ${costGoal}\n`);
    const rows = connectionCounts.map((connections, i) => {
      const counts = spread[i] as number[];
      return [`${connections}`, ...counts.map(String), `${(100 * distance(counts)).toFixed(1)} %`];
    });
    print(markdownTable([['connections', 'calls of worker 1', 'of worker 2', 'from even'], ...rows]));
    return cost <= costGoal && farthest <= evenGoal;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function start(env: Readonly<Record<string, string>>, onLine?: (line: string) => void): Promise<NodeServer> {
  const module = new URL('worker-server.ts', import.meta.url);
  return await startNodeServer(
    module,
    { HOST: '127.0.0.1', AUTH: 'off', CALL_BURST: '2000000', ...env },
    {
      ...(onLine !== undefined && { onLine }),
    },
  );
}

/** The greatest difference from an equal share, as a part of the equal share. */
function distance(counts: readonly number[]): number {
  const even = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.max(...counts.map((count) => Math.abs(count / even - 1)));
}
