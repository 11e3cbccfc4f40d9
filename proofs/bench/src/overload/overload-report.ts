import { markdownTable } from '@example/kit/markdown';
import { median } from '../median.ts';
import type { OpenLoopFigures } from './open-loop.ts';

/** The figures of a server under one load. */
export interface LoadFigures extends OpenLoopFigures {
  readonly server: string;
  /** The load as a multiple of the capacity. */
  readonly load: number;
  /** The capacity that was measured before, in calls a second. */
  readonly capacity: number;
}

/** The medians over the rounds. Goodput is a fraction of the capacity in the same round. */
export interface ServerAtLoad extends Omit<OpenLoopFigures, 'served' | 'refused' | 'failed'> {
  readonly server: string;
  readonly load: number;
  readonly goodput: number;
  readonly refusedShare: number;
  readonly failedShare: number;
}

export const ourName = 'ours';
const goalGoodput = 0.9;
/** The longest accepted median time of a refusal, in milliseconds. */
const goalRefusedMs = 5;
const goalHealthMs = 100;

export function figuresOf(all: readonly LoadFigures[]): ServerAtLoad[] {
  const groups = Map.groupBy(all, ({ server, load }) => `${server} ${load}`);
  return [...groups.values()].map((rounds) => {
    const of = (pick: (figures: LoadFigures) => number) => median(rounds.map(pick));
    const { server, load } = rounds[0] as LoadFigures;
    return {
      server,
      load,
      goodput: of(({ served, capacity }) => served / capacity),
      refusedShare: of(({ served, refused, failed }) => refused / (served + refused + failed)),
      failedShare: of(({ served, refused, failed }) => failed / (served + refused + failed)),
      servedMedian: of(({ servedMedian }) => servedMedian),
      servedP99: of(({ servedP99 }) => servedP99),
      refusedMedian: of(({ refusedMedian }) => refusedMedian),
      refusedP99: of(({ refusedP99 }) => refusedP99),
      healthMax: of(({ healthMax }) => healthMax),
    };
  });
}

/** The highest goodput of a server under any load. */
export function peakOf(figures: readonly ServerAtLoad[], name: string): number {
  return Math.max(...figures.flatMap(({ server, goodput }) => (server === name ? goodput : [])));
}

export function reportOf(figures: readonly ServerAtLoad[]): { markdown: string; isReached: boolean } {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const ms = (time: number) => (time === 0 ? '' : `${time.toFixed(1)} ms`);
  const rows = figures.map((one) => [
    one.server,
    `${one.load}`,
    percent(one.goodput / peakOf(figures, one.server)),
    `${ms(one.servedMedian)}, ${ms(one.servedP99)}`,
    percent(one.refusedShare),
    one.refusedShare === 0 ? '' : `${ms(one.refusedMedian)}, ${ms(one.refusedP99)}`,
    percent(one.failedShare),
    ms(one.healthMax),
  ]);
  const head = ['server', 'load', 'goodput', 'served in', 'refused', 'refused in', 'too late', 'health'];
  const { rows: goals, isReached } = judge(figures);
  const markdown = `${markdownTable([head, ...rows])}\n\n${markdownTable([['ours', 'is', 'goal', ''], ...goals])}`;
  return { markdown, isReached };
}

function judge(figures: readonly ServerAtLoad[]): { rows: string[][]; isReached: boolean } {
  const ours = figures.filter(({ server }) => server === ourName);
  const most = ours.reduce((a, b) => (b.load > a.load ? b : a));
  const goodput = most.goodput / peakOf(figures, ourName);
  const healthMax = Math.max(...ours.map((one) => one.healthMax));
  const goals = [
    ['goodput at the highest load ÷ peak', goodput, `at least ${goalGoodput}`, goodput >= goalGoodput],
    ['median of a refusal, ms', most.refusedMedian, `at most ${goalRefusedMs}`, most.refusedMedian <= goalRefusedMs],
    ['longest health check, ms', healthMax, `at most ${goalHealthMs}`, healthMax <= goalHealthMs],
  ] as const;
  return {
    rows: goals.map(([what, is, goal, isReached]) => [what, is.toFixed(2), goal, isReached ? 'reached' : 'missed']),
    isReached: goals.every(([, , , isReached]) => isReached),
  };
}
