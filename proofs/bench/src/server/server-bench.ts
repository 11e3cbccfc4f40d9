import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, table } from '../table.ts';
import { needH2load } from './h2load.ts';
import type { Peer } from './peers.ts';
import { ServerProcess } from './server-process.ts';
import { type Goal, makeWorkloads, type Workload } from './workloads.ts';

export interface ServerBenchOptions {
  readonly rounds: number;
  /** How long a server is loaded in a round. */
  readonly seconds: number;
  /** The names of the workloads; undefined: all of them. */
  readonly only?: readonly string[] | undefined;
  readonly print: (text: string) => void;
}

/** What each peer reached in each round. */
type Figures = ReadonlyMap<Peer, number[]>;

/**
 * Servers side by side: the same calls to each in turn, for some rounds, so that a busy machine is busy for all of them.
 *
 * @returns whether all goals are reached
 * @throws {ToolchainMissingError} when a program that it needs is not on this machine
 * @throws {RangeError} when there is no workload of a name
 */
export async function benchServer({ rounds, seconds, only, print }: ServerBenchOptions): Promise<boolean> {
  needH2load();
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  try {
    const judged: string[][] = [];
    for (const workload of chosen(await makeWorkloads(folder), only)) {
      print(`${workload.name}: ${workload.title}\n`);
      const figures = await measure(workload, rounds, seconds);
      print(`\n${tableOf(workload, figures)}\n`);
      judged.push(...workload.goals.map((goal) => [workload.name, ...judge(goal, figures)]));
    }
    print(`${table([['workload', 'ratio of', 'to', 'is', 'goal', ''], ...judged])}\n`);
    const missed = judged.filter((row) => row.at(-1) !== reached).length;
    print(missed === 0 ? `all ${judged.length} goals reached\n` : `${missed} of ${judged.length} goals missed\n`);
    return missed === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function chosen(workloads: readonly Workload[], only: readonly string[] | undefined): readonly Workload[] {
  if (only === undefined) return workloads;
  const names = workloads.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new RangeError(`no workload ${unknown.join()}: there are ${names.join()}`);
  return workloads.filter(({ name }) => only.includes(name));
}

async function measure(workload: Workload, rounds: number, seconds: number): Promise<Figures> {
  const figures = new Map(workload.peers.map((peer) => [peer, [] as number[]]));
  const turn = async (server: ServerProcess, isCounted = true) => {
    const figure = await workload.measure(server, seconds).catch((error: unknown) => {
      throw new Error(`${workload.name} of ${server.peer.name}`, { cause: error });
    });
    if (isCounted) figures.get(server.peer)?.push(figure);
  };
  const servers: ServerProcess[] = [];
  const start = async (peer: Peer) => {
    const server = await ServerProcess.start(peer);
    servers.push(server);
    await workload.check(server);
    return server;
  };
  try {
    if (workload.isCold) {
      for (let round = 0; round < rounds; round++) {
        for (const peer of workload.peers) {
          const server = await start(peer);
          await turn(server);
          await server.end();
        }
      }
      return figures;
    }
    for (const peer of workload.peers) await start(peer);
    // The first round is for the caches.
    for (let round = 0; round <= rounds; round++) {
      for (const server of servers) await turn(server, round > 0);
    }
    return figures;
  } finally {
    for (const server of servers) await server.end();
  }
}

function tableOf({ unit, peers: [first] }: Workload, figures: Figures): string {
  const rows = [...figures].map(([peer, values]) => [
    peer.name,
    Math.round(median(values)).toLocaleString('en'),
    first === undefined ? '' : ratio(figures, first, peer).toFixed(2),
  ]);
  return table([['server', unit, `ratio of ${first?.name} to it`], ...rows]);
}

const reached = 'reached';

function judge({ of, to, atLeast = 0, atMost = Number.POSITIVE_INFINITY }: Goal, figures: Figures): string[] {
  const is = ratio(figures, of, to);
  const goal = atLeast > 0 ? `at least ${atLeast}` : `at most ${atMost}`;
  return [of.name, to.name, is.toFixed(2), goal, is >= atLeast && is <= atMost ? reached : 'missed'];
}

/** The median over the rounds: what a busy machine does to one of them in a round, it does to the other. */
function ratio(figures: Figures, of: Peer, to: Peer): number {
  const others = figures.get(to) ?? [];
  return median((figures.get(of) ?? []).map((figure, round) => figure / (others[round] ?? Number.NaN)));
}
