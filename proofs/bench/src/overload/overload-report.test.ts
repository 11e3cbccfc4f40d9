import { expect, it } from 'vitest';
import { goodputChart } from './goodput-chart.ts';
import { figuresOf, type LoadFigures, ourName, reportOf } from './overload-report.ts';

const figures = (load: number, served: number, refusedMedian: number): LoadFigures => ({
  ...{ server: ourName, load, capacity: 1_000, served, refused: load * 1_000 - served, failed: 0 },
  ...{ servedMedian: 3, servedP99: 8, refusedMedian, refusedP99: 9, healthMax: 12 },
});

it('goodput is a fraction of the peak, and the median of the rounds', () => {
  const rounds = [figures(1, 1_000, 0), figures(5, 910, 4), figures(5, 920, 4), figures(5, 100, 4)];
  const { markdown, isReached } = reportOf(figuresOf(rounds));
  expect(markdown).toMatch(/\| ours +\| 5 +\| 91 % +\| 3\.0 ms, 8\.0 ms +\| 82 % +\| 4\.0 ms, 9\.0 ms +\| 0 %/);
  expect(isReached).toBe(true);
});

it.each([
  ['too little goodput', figures(5, 890, 4)],
  ['slow refusals', figures(5, 910, 6)],
  ['slow health checks', { ...figures(5, 910, 4), healthMax: 101 }],
])('%s misses a goal', (_, at5) => {
  expect(reportOf(figuresOf([figures(1, 1_000, 0), at5])).isReached).toBe(false);
});

it('the chart has a line for each server', () => {
  const chart = goodputChart(figuresOf([figures(1, 1_000, 0), figures(5, 900, 4)]));
  expect(chart).toContain('<polyline points="155.2,24 520,52.8"');
  expect(chart).toContain('>ours</text>');
});
