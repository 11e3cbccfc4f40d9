import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { type Token, TokenSource } from './token-source.ts';

/** An issuer that responds when the test wants it to. */
function issuer() {
  const clock = createFakeClock();
  const waiting: PromiseWithResolvers<Token>[] = [];
  let fetched = 0;
  return {
    clock,
    get fetched() {
      return fetched;
    },
    fetch: () => {
      fetched += 1;
      const next = Promise.withResolvers<Token>();
      waiting.push(next);
      return next.promise;
    },
    issue: (value: string, lifeMs: number) => waiting.shift()?.resolve({ value, expiresAt: clock.date() + lifeMs }),
    refuse: () => waiting.shift()?.reject(new Error('the issuer is away')),
  };
}

it('fetches one token for many calls', async () => {
  const from = issuer();
  const source = new TokenSource(from.fetch, from.clock);
  const calls = Array.from({ length: 100 }, () => source.get());
  from.issue('one', 60_000);
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['one']));
  expect(source.get()).toBe('one');
  expect(from.fetched).toBe(1);
});

it('renews a token before it expires, while calls use the old one', async () => {
  const from = issuer();
  const source = new TokenSource(from.fetch, from.clock);
  const first = source.get();
  from.issue('one', 60_000);
  await first;
  await from.clock.advance(47_000);
  expect([source.get(), from.fetched]).toEqual(['one', 1]);
  await from.clock.advance(2_000);
  expect([source.get(), source.get(), from.fetched]).toEqual(['one', 'one', 2]);
  from.issue('two', 60_000);
  await expect.poll(() => source.get()).toBe('two');
});

it('uses a token until it expires while the issuer is down, and then fails with the cause', async () => {
  const from = issuer();
  const source = new TokenSource(from.fetch, from.clock);
  const first = source.get();
  from.issue('one', 60_000);
  await first;
  await from.clock.advance(50_000);
  source.get();
  from.refuse();
  await Promise.resolve();
  expect(source.get()).toBe('one');
  await from.clock.advance(10_000);
  const late = source.get();
  from.refuse();
  await expect(late).rejects.toThrow('the issuer is away');
  expect(() => source.get()).toThrow('the issuer is away');
});

it('pauses between attempts while the issuer is down', async () => {
  const from = issuer();
  const source = new TokenSource(from.fetch, from.clock);
  const first = source.get();
  from.refuse();
  await expect(first).rejects.toThrow();
  for (let call = 0; call < 100; call++) expect(() => source.get()).toThrow();
  expect(from.fetched).toBe(1);
  await from.clock.advance(600);
  const second = source.get();
  from.issue('one', 60_000);
  expect(await second).toBe('one');
});

it('refuses a token that has expired', async () => {
  const from = issuer();
  const late = new TokenSource(from.fetch, from.clock).get();
  from.issue('one', -1);
  await expect(late).rejects.toThrow('check that its expiresAt is in milliseconds');
});

it.each([undefined, 'token', {}])('refuses %j instead of a token', async (fetched) => {
  const source = new TokenSource(async () => fetched as never, createFakeClock());
  await expect(source.get()).rejects.toThrow('is no { value, expiresAt }');
});

it('fetches a new token after a server has refused it, once', async () => {
  const from = issuer();
  const source = new TokenSource(from.fetch, from.clock);
  const first = source.get();
  from.issue('one', 60_000);
  await first;
  for (let call = 0; call < 10; call++) source.refused('one');
  const next = source.get();
  from.issue('two', 60_000);
  expect(await next).toBe('two');
  source.refused('one');
  expect([source.get(), from.fetched]).toEqual(['two', 2]);
});
