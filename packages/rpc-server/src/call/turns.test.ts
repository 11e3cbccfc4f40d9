import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { decoding } from './turns.ts';

it('messages that are decoded at once share turns of the event loop, in their order', async () => {
  const decoded: number[] = [];
  const decode = async (index: number) => {
    await decoding.wait(20_000);
    decoded.push(index);
  };
  const all = Promise.all(Array.from({ length: 12 }, (_, index) => decode(index)));
  const counts: number[] = [];
  while (decoded.length < 12) {
    await setImmediate();
    counts.push(decoded.length);
  }
  await all;
  expect(decoded).toEqual(decoded.toSorted((one, other) => one - other));
  const steps = counts.map((count, index) => count - (counts[index - 1] ?? 0));
  // The messages of the first step may be from two turns.
  expect(Math.max(...steps.slice(1))).toBe(2);
});

it('a message that is larger than a turn is decoded', async () => {
  await Promise.all([decoding.wait(4_000_000), decoding.wait(4_000_000), decoding.wait(1)]);
});
