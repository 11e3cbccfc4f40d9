import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../testing/index.ts';
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

it('readiness is checked at the interval until the checks are stopped', async () => {
  const isReady = vi.fn(async () => true);
  const stop = followReadiness(new Health([]), isReady, 1_000, silentLogger);
  await vi.advanceTimersByTimeAsync(3_500);
  expect(isReady).toHaveBeenCalledTimes(4);
  stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isReady).toHaveBeenCalledTimes(4);
});

it('no check follows if the checks are stopped before the result of one', async () => {
  const result = Promise.withResolvers<boolean>();
  const isReady = vi.fn(() => result.promise);
  const stop = followReadiness(new Health([]), isReady, 1_000, silentLogger);
  stop();
  result.resolve(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isReady).toHaveBeenCalledTimes(1);
});

it('a check without a result, and one that throws, mean NOT_SERVING', async () => {
  for (const isReady of [() => new Promise<boolean>(() => {}), () => fail()]) {
    const health = new Health(['a']);
    health.setServing(true);
    const stop = followReadiness(health, isReady, 1_000, silentLogger);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(health.status('a')).toBe(notServing);
    stop();
  }
});

it('each change is logged once, with its reason', async () => {
  const lines: unknown[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  const isReady = vi.fn(async () => true);
  const stop = followReadiness(new Health([]), isReady, 1_000, logger);
  await vi.advanceTimersByTimeAsync(1_500);
  isReady.mockImplementation(fail);
  await vi.advanceTimersByTimeAsync(3_000);
  isReady.mockResolvedValue(true);
  await vi.advanceTimersByTimeAsync(2_000);
  stop();
  expect(lines).toMatchObject([
    { level: 50, err: { message: 'no store' }, msg: 'the service is not ready: health reports NOT_SERVING' },
    { level: 30, msg: 'the service is ready again' },
  ]);
});
