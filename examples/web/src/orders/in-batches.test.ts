import { expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

async function* counting(count: number, error?: Error) {
  for (let number = 1; number <= count; number++) yield number;
  if (error) throw error;
}

it('passes the first item on at once, and all of them in order', async () => {
  const batches: (readonly number[])[] = [];
  for await (const batch of inBatches(counting(1_000), 60_000)) batches.push(batch);
  expect(batches.map(({ length }) => length)).toEqual([1, 999]);
  expect(batches.flat()).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
});

it('passes on the items that arrived before an error', async () => {
  const items: number[] = [];
  const reading = async () => {
    for await (const batch of inBatches(counting(5, new Error('cut')), 60_000)) items.push(...batch);
  };
  await expect(reading()).rejects.toThrow('cut');
  expect(items).toEqual([1, 2, 3, 4, 5]);
});
