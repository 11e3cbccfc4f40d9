import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { acceptBurst } from './accept-burst.ts';
import { Turns } from './turns.ts';

/** Work that takes one millisecond by default. The clock advances only when work is done. */
function create() {
  let now = 0;
  const turns = new Turns(1_000, () => now);
  const done: string[] = [];
  const work = async (name: string, connection: object, bytes = 1_000, ms = 1) => {
    await turns.wait(bytes, connection);
    // Like a handler, this work continues after further promises.
    await Promise.resolve();
    now += ms;
    done.push(name);
  };
  /** @returns the names of the work done in each of the next turns */
  const during = async (count: number) => {
    const seen: string[][] = [];
    while (seen.length < count) {
      const before = done.length;
      await setImmediate();
      seen.push(done.slice(before));
    }
    return seen;
  };
  const advance = (ms: number) => {
    now += ms;
  };
  return { turns, done, work, during, advance };
}

it('work that comes at once takes a bounded time of each turn, in its order', async () => {
  const { work, during } = create();
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const all = Promise.all(names.map((name) => work(name, names)));
  // A turn has time for three. The first one does not count, because it starts without waiting.
  expect(await during(3)).toEqual([['a', 'b', 'c', 'd'], ['e', 'f', 'g'], []]);
  await all;
});

it('connections share the time', async () => {
  const { work, done } = create();
  const [greedy, modest] = [{}, {}];
  const calls = [work('1', greedy), work('2', greedy), work('3', greedy), work('4', greedy)];
  await Promise.all([...calls, work('x', modest, 1_000, 0.5), work('y', modest, 1_000, 0.5), work('z', modest)]);
  expect(done).toEqual(['1', '2', 'x', 'y', '3', 'z', '4']);
});

it('what one connection waits for because of its own work is no delay of others', async () => {
  const { turns, work, advance } = create();
  const all = Promise.all([work('free', {}), ...Array.from({ length: 9 }, () => work('', turns))]);
  advance(10);
  expect(turns.waitedMs(10)).toBe(10);
  await setImmediate();
  await setImmediate();
  expect(turns.waitedMs(16)).toBeLessThan(4);
  await all;
});

it('work of more than a turn is done', async () => {
  const { work, done } = create();
  await Promise.all(['1', '2', '3'].map((name) => work(name, {}, 4_000_000)));
  expect(done).toHaveLength(3);
});

it('work waits until connections have been accepted, and not for long', async () => {
  const { work, done, during, advance } = create();
  acceptBurst.onAccept();
  const all = work('a', {});
  for (let turn = 0; turn < 20; turn++) {
    acceptBurst.onAccept();
    await during(1);
  }
  expect(done).toEqual([]);
  advance(100);
  while (done.length === 0) {
    acceptBurst.onAccept();
    await during(1);
  }
  await all;
});

it('a connection that is served works on without waiting, for an eighth of what may be worked on at once', async () => {
  const { turns, work } = create();
  const [served, other] = [{}, {}];
  const free = work('free', {});
  const turn = turns.wait(25, served);
  const last = work('last', other);
  await turn;
  const waits = [served, served, other, served, served, served].map((by) => turns.wait(25, by) !== undefined);
  expect(waits).toEqual([false, false, true, false, false, true]);
  await Promise.all([free, last]);
});
