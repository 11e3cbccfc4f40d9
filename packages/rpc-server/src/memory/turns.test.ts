import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const mebi = 1024 * 1024;

it('the bytes of one turn of the event loop are limited, and served in order', async () => {
  const work = new Turns(4 * mebi);
  let turn = 0;
  const turns: number[] = [];
  const sizes = [1, 2, 2, 9, 1, 3, 1].map((size) => size * mebi);
  const reads = sizes.map((bytes) => work.wait(bytes).then(() => turns.push(turn)));
  for (; turns.length < sizes.length; turn++) await new Promise(setImmediate);
  await Promise.all(reads);
  expect(turns).toEqual([0, 0, 0, 1, 2, 2, 3]);
});
