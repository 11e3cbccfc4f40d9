import { expect, it } from 'vitest';
import { WakeSignal } from './wake-signal.ts';

it('WakeSignal wakes a waiter, and keeps exactly one wake while nobody waits', async () => {
  const signal = new WakeSignal();
  const woken: number[] = [];
  const first = signal.wait(Infinity).then(() => woken.push(1));
  signal.wake();
  await first;

  signal.wake();
  signal.wake();
  await signal.wait(Infinity).then(() => woken.push(2));

  const third = signal.wait(Infinity).then(() => woken.push(3));
  await new Promise(setImmediate);
  expect(woken).toEqual([1, 2]);
  signal.wake();
  await third;
});
