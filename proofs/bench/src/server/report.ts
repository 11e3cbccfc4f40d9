import { markdownTable } from '@example/kit/markdown';
import { median, medianRatio } from '../median.ts';
import type { Measured } from './cpu.ts';
import type { Peer } from './peers.ts';
import type { Goal, Workload } from './workload.ts';

/** The figures of each peer in each round. */
export type Figures = ReadonlyMap<Peer, readonly Measured[]>;

/** A server that uses less than this share of its core does not limit a measurement. */
const limitingShare = 0.9;

export function resultTable({ unit, peers: [first] }: Pick<Workload, 'unit' | 'peers'>, figures: Figures): string {
  const rows = [...figures].map(([peer, all]) => {
    const cpu = median(all.map(({ cpuMicroseconds = Number.NaN }) => cpuMicroseconds));
    const share = median(all.map(({ cpuShare = Number.NaN }) => cpuShare));
    return [
      peer.name,
      Math.round(median(all.map(({ figure }) => figure))).toLocaleString('en'),
      Number.isNaN(cpu) ? '' : `${cpu.toFixed(1)} µs`,
      Number.isNaN(share) ? '' : `${Math.round(share * 100)} %`,
      first === undefined ? '' : figureRatio(figures, first, peer).toFixed(2),
    ];
  });
  return markdownTable([['server', unit, 'CPU each', 'of a core', `ratio of ${first?.name} to it`], ...rows]);
}

export const reached = 'reached';
export const goalsHead = ['ratio of', 'to', 'by', 'is', 'goal', ''];

/** @returns a row for each goal of a workload, for the table with `goalsHead` */
export function checkGoals({ goals }: Pick<Workload, 'goals'>, figures: Figures): string[][] {
  return goals.map(({ of, to, atLeast = 0, atMost = Number.POSITIVE_INFINITY }: Goal) => {
    const isByCpu = !isLimit(figures.get(of)) || !isLimit(figures.get(to));
    // Less CPU for each call is better, so the ratio is inverted.
    const is = isByCpu ? cpuRatio(figures, to, of) : figureRatio(figures, of, to);
    const goal = atLeast > 0 ? `at least ${atLeast}` : `at most ${atMost}`;
    const verdict = is >= atLeast && is <= atMost ? reached : 'missed';
    return [of.name, to.name, isByCpu ? 'CPU' : 'figure', is.toFixed(2), goal, verdict];
  });
}

/** Whether a server limited the measurement, because it used its whole core. Also true if its CPU was not measured. */
function isLimit(all: readonly Measured[] = []): boolean {
  const share = median(all.map(({ cpuShare = 1 }) => cpuShare));
  return share >= limitingShare;
}

const figureRatio = (figures: Figures, of: Peer, to: Peer) => ratio(figures, of, to, ({ figure }) => figure);
const cpuRatio = (figures: Figures, of: Peer, to: Peer) =>
  ratio(figures, of, to, ({ cpuMicroseconds = Number.NaN }) => cpuMicroseconds);

/** The ratio is the median over the rounds, because other programs disturb both peers of a round alike. */
function ratio(figures: Figures, of: Peer, to: Peer, pick: (measured: Measured) => number): number {
  const valuesOf = (peer: Peer) => figures.get(peer)?.map(pick) ?? [];
  return medianRatio(valuesOf(of), valuesOf(to));
}
