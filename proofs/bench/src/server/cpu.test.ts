import { expect, it } from 'vitest';
import { parseStat, withCpu } from './cpu.ts';

it('reads the parent and the CPU time of a process', () => {
  const stat = '42 (a (b) c) S 7 42 42 0 -1 4194304 100 0 0 0 150 25 9 9 20 0 11 0 1000 1 1';
  expect(parseStat(stat)).toEqual({ parent: 7, seconds: 1.75 });
});

it('divides the CPU share by the rate', async () => {
  const {
    cpuShare = 0,
    cpuMicroseconds,
    figure,
  } = await withCpu(process.pid, { fromMs: 0, toMs: 50 }, async () => 1_000);
  expect(cpuShare).toBeGreaterThanOrEqual(0);
  expect(figure).toBe(1_000);
  expect(cpuMicroseconds).toBeCloseTo(cpuShare * 1_000);
});
