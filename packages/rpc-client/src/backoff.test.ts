import { expect, it, vi } from 'vitest';
import { backoffMs } from './backoff.ts';

it.each([
  ['the shortest', 0, [800, 1_280, 2_048, 4_000]],
  ['the mean', 0.5, [1_000, 1_600, 2_560, 5_000]],
  ['the longest', 1, [1_200, 1_920, 3_072, 6_000]],
])('waits longer each time, up to the bound: %s waits', (_which, random, expected) => {
  const stub = vi.spyOn(Math, 'random').mockReturnValue(random);
  const waits = [0, 1, 2, 10_000].map((before) => backoffMs(before, { initialMs: 1_000, maxMs: 5_000 }));
  stub.mockRestore();
  expect(waits.map(Math.round)).toEqual(expected);
});
