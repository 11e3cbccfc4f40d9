import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from '@example/kit/markdown';
import { type NodeServer, type NodeServerOptions, startNodeServer } from '@example/kit/programs';
import { median } from '../median.ts';
import { withCpu } from '../server/cpu.ts';
import { h2load, makeCalls, warmUpSeconds } from '../server/h2load.ts';
import { writeRequests } from '../server/requests.ts';

export interface WorkersBenchOptions {
  readonly rounds: number;
  readonly print: (line: string) => void;
}

const workers = 2;
const connectionCounts = [2, 4, 100];
/**
 * The highest accepted ratio of the CPU time of a call with workers to its CPU time in one process with as many calls
 * as a worker.
 */
const costGoal = 1.05;
/** How far the share of a worker may differ from an equal share, as a part of the equal share. */
const evenGoal = 0.1;
/** The connections of each process, and the calls a second on each: so few that no worker retires a connection. */
const connectionsOfProcess = 10;
const connectionRate = 500;
const costSeconds = 3;
/** The calls after which V8 has optimized the code of a process. */
const warmUpCalls = 120_000;
/** The calls a second by which the spread is measured: few enough that no worker is too busy to take its part. */
const spreadRate = 5_000;
const spreadSeconds = 2;

/**
 * Measures the CPU of a call, in turns: with two workers, with one process that has as many calls as one worker, and
 * with one process that has the calls of both. A process with fewer calls finds fewer of them in one turn of the event
 * loop, and each costs more. Also measures how the calls of few and of many connections are spread over the workers.
 */
export async function benchWorkers({ rounds, print }: WorkersBenchOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-workers-'));
  try {
    const { getUser } = writeRequests(folder);
    const { path, contentType, bodyFile, responseBytes } = getUser;
    const headers = { 'content-type': contentType, te: 'trailers' };
    const costOf = async (count: number, parts: number): Promise<number> => {
      await using server = await start({ WORKERS: `${count}`, ACCESS_LOG: 'off' });
      const load = { url: `${server.url}${path}`, bodyFile, headers, isHttp1: false };
      const connections = parts * connectionsOfProcess;
      // A busy worker may retire a connection. h2load then does not make the remaining calls of the connection.
      const calls = count * warmUpCalls;
      await makeCalls({ ...load, calls, connections }, 0.5 * calls);
      const seconds = { fromMs: warmUpSeconds * 1_000, toMs: (warmUpSeconds + costSeconds) * 1_000 };
      const { cpuMicroseconds = Number.NaN } = await withCpu(server.program.pid, seconds, () =>
        h2load({ ...load, connections, calls: 10, rate: connectionRate, seconds: costSeconds, responseBytes }),
      );
      return cpuMicroseconds;
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

    const setups = [
      { count: workers, parts: workers },
      { count: 1, parts: 1 },
      { count: 1, parts: workers },
    ].map((setup) => ({ ...setup, costs: [] as number[] }));
    for (let round = 1; round <= rounds; round++) {
      print(`round ${round} of ${rounds}`);
      for (const { count, parts, costs } of setups) costs.push(await costOf(count, parts));
    }
    const [several = Number.NaN, one = Number.NaN, oneWithAll = Number.NaN] = setups.map(({ costs }) => median(costs));
    const cost = several / one;
    const spread: number[][] = [];
    for (const connections of connectionCounts) spread.push(await callsOf(connections));
    const farthest = Math.max(...spread.map(distance));

    const micros = (cpu: number) => `${cpu.toFixed(1)} µs`;
    print(`\nCPU of a call by ${workers} workers: ${micros(several)}. By one process with the calls of a worker: `);
    print(`${micros(one)}, ratio ${cost.toFixed(3)}, at most ${costGoal}. By one process with the calls of all: `);
    print(`${micros(oneWithAll)}, ratio ${(several / oneWithAll).toFixed(3)}\n`);
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
  options: Pick<NodeServerOptions, 'onLine'> = {},
): Promise<NodeServer> {
  const module = new URL('worker-server.ts', import.meta.url);
  return await startNodeServer(module, { HOST: '127.0.0.1', AUTH: 'off', CALL_BURST: '2000000', ...env }, options);
}

/** The greatest difference from an equal share, as a part of the equal share. */
function distance(counts: readonly number[]): number {
  const even = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.max(...counts.map((count) => Math.abs(count / even - 1)));
}
