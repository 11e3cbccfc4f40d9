import { expect, it } from 'vitest';
import { median, table } from './table.ts';

it('finds the one in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([5])).toBe(5);
});

it('gives every column its width', () => {
  expect(
    table([
      ['store', 'a second'],
      ['SQLite', '8'],
    ]),
  ).toBe('| store  | a second |\n| ------ | -------- |\n| SQLite | 8        |\n');
});
