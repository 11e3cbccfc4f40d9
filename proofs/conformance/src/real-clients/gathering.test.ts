import { expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

const never = new AbortController().signal;

it('lets nobody go before all are there', async () => {
  const gathering = new Gathering();
  let gone = 0;
  const arrive = () => gathering.arrive(3, never).then(() => gone++);
  const first = [arrive(), arrive()];
  await Promise.resolve();
  expect(gone).toBe(0);
  await Promise.all([...first, arrive()]);
  expect(gone).toBe(3);
});

it('does not count who has left', async () => {
  const gathering = new Gathering();
  const leaving = new AbortController();
  const left = gathering.arrive(2, leaving.signal);
  leaving.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  let isGone = false;
  const second = gathering.arrive(2, never).then(() => {
    isGone = true;
  });
  await new Promise(setImmediate);
  expect(isGone).toBe(false);
  await Promise.all([second, gathering.arrive(2, never)]);
});
