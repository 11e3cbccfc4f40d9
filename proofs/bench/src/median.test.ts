import { expect, it } from 'vitest';
import { median } from './median.ts';

it('finds the value in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([5])).toBe(5);
});
