import { expect, it } from 'vitest';
import { turnToRead } from './read-turns.ts';

const mebi = 1024 * 1024;

it('reads of one turn of the event loop are limited in bytes, and served in order', async () => {
  let turn = 0;
  const turns: number[] = [];
  const sizes = [1, 2, 2, 9, 1, 3, 1].map((size) => size * mebi);
  const reads = sizes.map((bytes) => turnToRead(bytes).then(() => turns.push(turn)));
  for (; turns.length < sizes.length; turn++) await new Promise(setImmediate);
  await Promise.all(reads);
  expect(turns).toEqual([0, 0, 0, 1, 2, 2, 3]);
});
