import { afterEach, describe, expect, it } from 'vitest';
import { coarseClock } from './coarse-clock.ts';
import { RateLimit } from './rate-limit.ts';

afterEach(() => {
  coarseClock.now = 0;
});

/** Takes `count` tokens. @returns how many were available */
const take = (limit: RateLimit, count: number, earned = 0) =>
  Array.from({ length: count }, () => limit.take(earned)).filter((isTaken) => isTaken).length;

describe('a rate limit', () => {
  it('allows a burst, then the steady rate', () => {
    const limit = new RateLimit(10, 20);
    expect(take(limit, 100)).toBe(20);
    coarseClock.now += 500;
    expect(take(limit, 100)).toBe(5);
    coarseClock.now += 60_000;
    expect(take(limit, 100)).toBe(20);
  });

  it('allows each earned token once in addition', () => {
    const limit = new RateLimit(10);
    expect(take(limit, 100, 50)).toBe(60);
    expect(take(limit, 100, 55)).toBe(5);
    expect(take(limit, 100, 55)).toBe(0);
  });

  it('caps the credit of earned tokens', () => {
    const limit = new RateLimit(10);
    expect(take(limit, 2_000, 1_000_000)).toBe(1_010);
  });
});
