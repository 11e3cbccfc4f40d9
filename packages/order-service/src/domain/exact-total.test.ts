import { describe, expect, it } from 'vitest';
import { ExactTotal } from './exact-total.ts';

/** [quantity, unit price] */
type Line = readonly [number, number];

function orderTotal(...lines: readonly Line[]): number {
  const total = new ExactTotal();
  for (const [quantity, unitPrice] of lines) total.add({ productId: 'p', quantity, unitPrice });
  return total.value;
}

describe('ExactTotal', () => {
  it.each<[number, ...Line[]]>([
    [0],
    [0.3, [3, 0.1]],
    [0.3, [1, 0.1], [1, 0.2]],
    [59.98, [2, 29.99]],
    [1, ...Array.from({ length: 10 }, (): Line => [1, 0.1])],
    [1e18, ...Array.from({ length: 1000 }, (): Line => [1_000_000, 1e9])],
    [1e9, [1, 1e9], [1, 5e-324]],
    [5e-324, [1, 5e-324]],
    [5e-318, [1_000_000, 5e-324]],
    [0, [1_000_000, 0]],
  ])('sums up to %d', (expected, ...lines) => {
    expect(orderTotal(...lines)).toBe(expected);
  });

  it('rounds only once, at the end', () => {
    // 2^53 + 1 is between two doubles, so rounding at each step would round it down twice. The sum 2^53 + 2 is a
    // double.
    const half = 2 ** 52 / 2 ** 23;
    expect(orderTotal([2 ** 23, half], [2 ** 23, half], [1, 1], [1, 1])).toBe(2 ** 53 + 2);
  });

  it('is 0, not -0, for a price of -0', () => {
    expect(Object.is(orderTotal([1, -0]), 0)).toBe(true);
  });
});
