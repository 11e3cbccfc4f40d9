import { expect, it } from 'vitest';
import { median, medianRatio } from './median.ts';

it('finds the value in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([5])).toBe(5);
});

it('finds the ratio of rounds that are slow for both', () => {
  expect(medianRatio([20, 2, 40], [10, 1, 20])).toBe(2);
});
