import { expect, it } from 'vitest';
import { Bell } from './bell.ts';

it('wakes a waiter, remembers one ring while nobody waits, and no more', async () => {
  const bell = new Bell();
  const woken: number[] = [];
  const first = bell.wait(Infinity).then(() => woken.push(1));
  bell.ring();
  await first;

  bell.ring();
  bell.ring();
  await bell.wait(Infinity).then(() => woken.push(2));

  const third = bell.wait(Infinity).then(() => woken.push(3));
  await new Promise(setImmediate);
  expect(woken).toEqual([1, 2]);
  bell.ring();
  await third;
});
