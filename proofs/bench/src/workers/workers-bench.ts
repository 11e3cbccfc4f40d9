import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from '@example/kit/markdown';
import { type NodeServer, type NodeServerOptions, startNodeServer } from '@example/kit/programs';
import { median } from '../median.ts';
import { pinned, serverCore } from '../server/cores.ts';
import { cpuSeconds } from '../server/cpu.ts';
import { h2load, makeCalls } from '../server/h2load.ts';
import { writeRequests } from '../server/requests.ts';

export interface WorkersBenchOptions {
  readonly rounds: number;
  readonly print: (line: string) => void;
}

const workers = 2;
const connectionCounts = [2, 4, 100];
/** The highest accepted CPU time of a call, as a ratio to that of a single process. */
const costGoal = 1.05;
/** How far the share of a worker may differ from an equal share, as a part of the equal share. */
const evenGoal = 0.1;
/** The number of connections for each process. The cost of a call depends on it, so it is the same for all. */
const connectionsOfProcess = 50;
/** The calls to each process in a short and a long run. */
const fewCalls = 20_000;
const manyCalls = 120_000;
/** The calls a second by which the spread is measured: few enough that no worker is too busy to take its part. */
const spreadRate = 5_000;
const spreadSeconds = 2;

/**
 * Measures the CPU of a call with two workers and with one process, in turns, and how the calls of few and of many
 * connections are spread.
 *
 * @returns whether the goals are reached
 */
export async function benchWorkers({ rounds, print }: WorkersBenchOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-workers-'));
  try {
    const { getUser } = writeRequests(folder);
    const { path, contentType, bodyFile, responseBytes } = getUser;
    const headers = { 'content-type': contentType, te: 'trailers' };
    // All processes share a core, and h2load has the other one. Otherwise h2load would be too slow for two workers, and
    // they would wait for calls. A process that waits also uses CPU, and a busy one serves more calls in a turn of the
    // event loop, each of which costs less.
    const launcher = pinned(serverCore, 'env', []).flat();
    const costOf = async (count: number): Promise<number> => {
      await using server = await start({ WORKERS: `${count}`, ACCESS_LOG: 'off' }, { launcher });
      const { pid } = server.program;
      const load = { url: `${server.url}${path}`, bodyFile, headers, isHttp1: false };
      const run = async (callsOfProcess: number) => {
        const before = cpuSeconds(pid);
        const calls = count * callsOfProcess;
        // A busy worker may retire a connection. h2load does not make the rest of its calls then.
        const made = await makeCalls({ ...load, calls, connections: count * connectionsOfProcess }, 0.9 * calls);
        return { made, seconds: cpuSeconds(pid) - before };
      };
      // V8 optimizes the code.
      await run(manyCalls);
      // Both runs open as many connections, so the difference is the CPU of calls alone.
      const [few, many] = [await run(fewCalls), await run(manyCalls)];
      return ((many.seconds - few.seconds) / (many.made - few.made)) * 1e6;
    };
    const callsOf = async (connections: number): Promise<number[]> => {
      const counts = Array.from({ length: workers }, () => 0);
      const onLine = (line: string) => {
        const worker = /"worker":(\d+),"msg":"call"/.exec(line)?.[1];
        if (worker !== undefined) counts[Number(worker) - 1] = (counts[Number(worker) - 1] ?? 0) + 1;
      };
      await using server = await start({ WORKERS: `${workers}` }, { onLine });
      const rate = spreadRate / connections;
      const url = `${server.url}${path}`;
      await h2load({
        ...{ url, bodyFile, headers, connections, isHttp1: false, seconds: spreadSeconds, responseBytes },
        ...{ calls: 10, rate },
      });
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

async function start(
  env: Readonly<Record<string, string>>,
  options: Pick<NodeServerOptions, 'launcher' | 'onLine'>,
): Promise<NodeServer> {
  const module = new URL('worker-server.ts', import.meta.url);
  return await startNodeServer(module, { HOST: '127.0.0.1', AUTH: 'off', CALL_BURST: '2000000', ...env }, options);
}

/** The greatest difference from an equal share, as a part of the equal share. */
function distance(counts: readonly number[]): number {
  const even = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.max(...counts.map((count) => Math.abs(count / even - 1)));
}
