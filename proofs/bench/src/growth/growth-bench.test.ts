import { expect, it } from 'vitest';
import { benchGrowth } from './growth-bench.ts';

it('measures the cost of reads in small and large stores', async () => {
  let printed = '';
  await benchGrowth({
    rounds: 1,
    small: 100,
    large: 1_000,
    reads: 100,
    print: (line) => {
      printed += `${line}\n`;
    },
  });
  expect(printed).toMatch(/\| GetUser of 1,000 to of 100 +\| \d+\.\d\d +\|/);
  expect(printed).toMatch(/\| the last page of 1,000 users to the first +\| \d+\.\d\d +\|/);
});
