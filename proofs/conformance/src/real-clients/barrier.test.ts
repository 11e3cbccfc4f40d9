import { expect, it } from 'vitest';
import { Barrier } from './barrier.ts';

const never = new AbortController().signal;

it('holds every call until all have arrived', async () => {
  const barrier = new Barrier();
  let gone = 0;
  const arrive = () => barrier.arrive(3, never).then(() => gone++);
  const first = [arrive(), arrive()];
  await Promise.resolve();
  expect(gone).toBe(0);
  await Promise.all([...first, arrive()]);
  expect(gone).toBe(3);
});

it('does not count a call that was cancelled while it waited', async () => {
  const barrier = new Barrier();
  const leaving = new AbortController();
  const left = barrier.arrive(2, leaving.signal);
  leaving.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  let isGone = false;
  const second = barrier.arrive(2, never).then(() => {
    isGone = true;
  });
  await new Promise(setImmediate);
  expect(isGone).toBe(false);
  await Promise.all([second, barrier.arrive(2, never)]);
});
