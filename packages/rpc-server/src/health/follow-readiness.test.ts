import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followReadiness } from './follow-readiness.ts';
import { Health } from './health.ts';

const notServing = 2;

function fail(): never {
  throw new Error('no store');
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('asks again and again, until it is stopped', async () => {
  const isReady = vi.fn(async () => true);
  const stop = followReadiness(new Health([]), isReady, 1_000);
  await vi.advanceTimersByTimeAsync(3_500);
  expect(isReady).toHaveBeenCalledTimes(4);
  stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isReady).toHaveBeenCalledTimes(4);
});

it('asks no more when it is stopped before it has an answer', async () => {
  const answer = Promise.withResolvers<boolean>();
  const isReady = vi.fn(() => answer.promise);
  const stop = followReadiness(new Health([]), isReady, 1_000);
  stop();
  answer.resolve(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isReady).toHaveBeenCalledTimes(1);
});

it('takes no answer, and an error that is no rejection, for not ready', async () => {
  for (const isReady of [() => new Promise<boolean>(() => {}), () => fail()]) {
    const health = new Health(['a']);
    health.setServing(true);
    const stop = followReadiness(health, isReady, 1_000);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(health.status('a')).toBe(notServing);
    stop();
  }
});
