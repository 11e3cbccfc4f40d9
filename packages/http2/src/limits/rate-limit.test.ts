import { afterEach, describe, expect, it } from 'vitest';
import { clock } from './clock.ts';
import { RateLimit } from './rate-limit.ts';

afterEach(() => {
  clock.now = 0;
});

/** How many are taken of `count`. */
const take = (limit: RateLimit, count: number, earned = 0) =>
  Array.from({ length: count }, () => limit.take(earned)).filter((isTaken) => isTaken).length;

describe('a rate limit', () => {
  it('allows the burst at once, and the rate from then on', () => {
    const limit = new RateLimit(10, 20);
    expect(take(limit, 100)).toBe(20);
    clock.now += 500;
    expect(take(limit, 100)).toBe(5);
    clock.now += 60_000;
    expect(take(limit, 100)).toBe(20);
  });

  it('allows what was earned on top, once', () => {
    const limit = new RateLimit(10);
    expect(take(limit, 100, 50)).toBe(60);
    expect(take(limit, 100, 55)).toBe(5);
    expect(take(limit, 100, 55)).toBe(0);
  });

  it('does not save up without end', () => {
    const limit = new RateLimit(10);
    expect(take(limit, 2_000, 1_000_000)).toBe(1_010);
  });
});
