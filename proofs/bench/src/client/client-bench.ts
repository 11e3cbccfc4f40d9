import { markdownTable } from '@example/kit/markdown';
import { median, medianRatio } from '../median.ts';
import * as servers from '../server/peers.ts';
import { ServerProcess } from '../server/server-process.ts';
import type { CallKind, ClientFigures, ConnectionMemory, Job } from './bench-client.ts';
import type { SubjectKind } from './bench-subjects.ts';
import * as clients from './bench-subjects.ts';
import { idleMemory, type MemoryFigures, memoryRatio, memoryTable } from './idle-memory.ts';

interface Load {
  readonly title: string;
  readonly unit: string;
  readonly job: Omit<Job, 'host' | 'seconds'>;
}

const loads: Readonly<Record<CallKind, Load>> = {
  unary: {
    title: 'GetUser, 4 connections with 100 calls at once on each',
    unit: 'calls/s',
    job: { kind: 'unary', connections: 4, calls: 100 },
  },
  latency: {
    title: 'GetUser, one call at a time',
    unit: 'µs, median',
    job: { kind: 'latency', connections: 1, calls: 1 },
  },
  'server-stream': {
    title: 'ListNotes, 1,000 notes a call, 4 calls at once',
    unit: 'messages/s',
    job: { kind: 'server-stream', connections: 1, calls: 4 },
  },
  'client-stream': {
    title: 'UploadLines, 1,000 lines a call, 4 calls at once',
    unit: 'messages/s',
    job: { kind: 'client-stream', connections: 1, calls: 4 },
  },
};

type LoadName = CallKind | 'idle-memory';
export const loadNames: readonly LoadName[] = [...(Object.keys(loads) as CallKind[]), 'idle-memory'];

/** The wanted ratio of the figures, or of the CPU, of two clients. */
interface Goal {
  readonly load: CallKind;
  readonly server: servers.Peer;
  readonly of: SubjectKind;
  readonly to: SubjectKind;
  readonly by: keyof ClientFigures;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const { rpcClient, rpcTransport, grpcJs, connectNode, grpcGo } = clients;
const unaryAtOurs = { load: 'unary', server: servers.ours, of: rpcClient } as const;
const goals: readonly Goal[] = [
  { ...unaryAtOurs, to: grpcJs, by: 'figure', atLeast: 8 },
  { ...unaryAtOurs, to: connectNode, by: 'figure', atLeast: 20 },
  { ...unaryAtOurs, to: grpcGo, by: 'figure', atLeast: 1.5 },
  { ...unaryAtOurs, server: servers.grpcGo, to: grpcGo, by: 'figure', atLeast: 1 },
  { ...unaryAtOurs, to: grpcJs, by: 'cpuMicroseconds', atMost: 0.1 },
  { ...unaryAtOurs, to: grpcGo, by: 'cpuMicroseconds', atMost: 0.5 },
  { load: 'latency', server: servers.ours, of: rpcClient, to: grpcGo, by: 'figure', atMost: 1 },
  { load: 'latency', server: servers.grpcGo, of: rpcClient, to: grpcGo, by: 'figure', atMost: 1 },
  { load: 'server-stream', server: servers.ours, of: rpcClient, to: grpcJs, by: 'figure', atLeast: 2 },
  { load: 'server-stream', server: servers.ours, of: rpcTransport, to: grpcJs, by: 'figure', atLeast: 4 },
  { load: 'client-stream', server: servers.ours, of: rpcClient, to: grpcJs, by: 'figure', atLeast: 4 },
];

export interface ClientBenchOptions {
  readonly rounds: number;
  /** The length of a turn. */
  readonly seconds: number;
  readonly only: readonly LoadName[];
  readonly print: (line: string) => void;
}

type Figures = ReadonlyMap<SubjectKind, readonly ClientFigures[]>;

/**
 * Measures clients side by side: in each round every client has a turn with the same calls to the same server.
 *
 * @returns whether all goals are reached, and the tables of each load
 * @throws {ToolchainMissingError}
 */
export async function benchClient({ rounds, seconds, only, print }: ClientBenchOptions) {
  const sections = new Map<LoadName, string>();
  let missed = 0;
  for (const name of only) {
    const parts: string[] = [];
    const report = (text: string) => {
      parts.push(text);
      print(`\n${text}\n`);
    };
    const rows =
      name === 'idle-memory' ? await benchMemory(rounds, report) : await benchCalls(name, rounds, seconds, report);
    report(markdownTable([['load', 'server', 'ratio of', 'to', 'by', 'is', 'goal', ''], ...rows]));
    missed += rows.filter((row) => row.at(-1) !== 'reached').length;
    sections.set(name, parts.join('\n\n'));
  }
  print(missed === 0 ? 'all goals reached' : `${missed} goals missed`);
  return { isReached: missed === 0, sections };
}

/** @returns the rows of the goals */
async function benchCalls(name: CallKind, rounds: number, seconds: number, report: (text: string) => void) {
  const rows: string[][] = [];
  for (const peer of [servers.ours, servers.grpcGo]) {
    report(`**${name}**, server ${peer.name}: ${loads[name].title}`);
    const figures = await measure(loads[name], peer, rounds, seconds);
    report(resultTable(loads[name].unit, figures));
    for (const goal of goals) if (goal.load === name && goal.server === peer) rows.push(checkGoal(goal, figures));
  }
  return rows;
}

/** @returns the rows of the goals */
async function benchMemory(rounds: number, report: (text: string) => void): Promise<string[][]> {
  report(`**idle-memory**, server ${servers.ours.name}: a connection without calls, of 1,000 in a process`);
  const figures = await idleMemory(servers.ours, rounds);
  report(memoryTable(figures));
  return [memoryRow(figures, 'objectBytes'), memoryRow(figures, 'residentBytes')];
}

async function measure({ job }: Load, peer: servers.Peer, rounds: number, seconds: number): Promise<Figures> {
  const server = await ServerProcess.start(peer);
  const running = clients.subjects
    .filter(({ kinds }) => kinds.includes(job.kind))
    .map((kind) => ({ kind, subject: kind.start(), figures: [] as ClientFigures[] }));
  try {
    const { host } = new URL(server.url);
    // The first round is not counted, because V8 is still optimizing the code of the clients.
    for (let round = 0; round <= rounds; round++) {
      for (const { subject, figures } of running) {
        const measured = await subject.measure({ ...job, host, seconds });
        if (round > 0) figures.push(measured);
      }
    }
    return new Map(running.map(({ kind, figures }) => [kind, figures]));
  } finally {
    for (const { subject } of running) await subject.end();
    await server.end();
  }
}

function resultTable(unit: string, figures: Figures): string {
  const rows = [...figures].map(([kind, all]) => [
    kind.name,
    Math.round(median(all.map(({ figure }) => figure))).toLocaleString('en'),
    `${median(all.map(({ cpuMicroseconds }) => cpuMicroseconds)).toFixed(2)} µs`,
    ratio(figures, rpcClient, kind, 'figure').toFixed(2),
  ]);
  return markdownTable([['client', unit, 'CPU each', `ratio of ${rpcClient.name} to it`], ...rows]);
}

function memoryRow(figures: MemoryFigures, by: keyof ConnectionMemory): string[] {
  const what = by === 'objectBytes' ? 'heap and external' : 'resident';
  const names = ['idle-memory', servers.ours.name, rpcClient.name, grpcJs.name, what];
  return [...names, ...outcome(memoryRatio(figures, grpcJs, by), { atMost: 1 })];
}

function checkGoal({ load, server, of, to, by, ...goal }: Goal, figures: Figures): string[] {
  const unit = by === 'figure' ? loads[load].unit : 'CPU';
  return [load, server.name, of.name, to.name, unit, ...outcome(ratio(figures, of, to, by), goal)];
}

function outcome(is: number, { atLeast = 0, atMost }: Pick<Goal, 'atLeast' | 'atMost'>): string[] {
  const isReached = is >= atLeast && is <= (atMost ?? Number.POSITIVE_INFINITY);
  const goal = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return [is.toFixed(2), goal, isReached ? 'reached' : 'missed'];
}

/** The ratio is the median over the rounds, because other programs disturb both clients of a round alike. */
function ratio(figures: Figures, of: SubjectKind, to: SubjectKind, by: keyof ClientFigures): number {
  const valuesOf = (subject: SubjectKind) => (figures.get(subject) ?? []).map((measured) => measured[by]);
  return medianRatio(valuesOf(of), valuesOf(to));
}
