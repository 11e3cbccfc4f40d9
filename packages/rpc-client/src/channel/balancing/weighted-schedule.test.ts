import { expect, it } from 'vitest';
import { weightedSchedule } from './weighted-schedule.ts';

/** @returns how often each index is taken, in thousandths */
function shares(weights: readonly number[], picks = 20_000): number[] {
  const next = weightedSchedule(weights, { next: 12_345 });
  const counts = weights.map(() => 0);
  for (let pick = 0; pick < picks; pick++) {
    const index = next();
    counts[index] = (counts[index] as number) + 1;
  }
  return counts.map((count) => Math.round((count * 1_000) / picks));
}

function expectShares(weights: readonly number[], expected: readonly number[]): void {
  for (const [at, share] of shares(weights).entries())
    expect(Math.abs(share - (expected[at] as number))).toBeLessThan(5);
}

it.each([
  ['weights', [100, 200, 300], [167, 333, 500]],
  ['weights below 1', [0.001, 0.003], [250, 750]],
  ['equal weights', [7, 7, 7, 7], [250, 250, 250, 250]],
  ['a weight that is not known, which is the mean', [100, 0, 300], [167, 333, 500]],
  ['only one weight that is known', [100, 0, 0], [333, 333, 333]],
  ['no weight that is known', [0, 0], [500, 500]],
  [
    'a weight that is not plausible, at most ten times the mean',
    [...Array(20).fill(1), 1e9],
    [...Array(20).fill(9), 833],
  ],
  ['one server', [5], [1_000]],
])('has the shares of %s', (_, weights, expected) => {
  expectShares(weights, expected);
});

it('spreads the turns of each index evenly', () => {
  const next = weightedSchedule([1, 3], { next: 0 });
  const picks = Array.from({ length: 400 }, next);
  for (let at = 0; at < picks.length - 8; at++) {
    const ones = picks.slice(at, at + 8).filter((index) => index === 0).length;
    expect(ones).toBeGreaterThanOrEqual(1);
    expect(ones).toBeLessThanOrEqual(3);
  }
});
