import { Code, ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RateLimit } from './rate-limit.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Counts calls of one caller until one is refused. @returns how many were admitted */
function admitted(limit: RateLimit, caller = 'aoife'): number {
  for (let count = 0; ; count++) if (refusal(limit, caller) !== undefined) return count;
}

function refusal(limit: RateLimit, caller: string): ConnectError | undefined {
  try {
    limit.count(caller);
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

it('a caller has its burst once, then the rate of each second', () => {
  const limit = new RateLimit(2, 5);
  expect(admitted(limit)).toBe(5);
  vi.advanceTimersByTime(999);
  expect(admitted(limit)).toBe(0);
  vi.advanceTimersByTime(1);
  expect(admitted(limit)).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect(admitted(limit)).toBe(2);
});

it('a caller has its burst again after a minute', () => {
  const limit = new RateLimit(2, 5);
  admitted(limit);
  vi.advanceTimersByTime(60_000);
  expect(admitted(limit)).toBe(5);
});

it('a second begins by the clock, however old the time is that is given', () => {
  const limit = new RateLimit(2);
  vi.advanceTimersByTime(400);
  expect([limit.take('aoife', 0), limit.take('aoife', 0)]).toEqual([0, 0]);
  vi.advanceTimersByTime(600);
  expect(limit.take('aoife', 0)).toBe(400);
  vi.advanceTimersByTime(400);
  expect(limit.take('aoife', 0)).toBe(0);
});

it('each caller has its own rate', () => {
  const limit = new RateLimit(1);
  expect(admitted(limit, 'aoife')).toBe(1);
  expect(admitted(limit, 'cillian')).toBe(1);
});

it('a refused call is RESOURCE_EXHAUSTED, with the time until the next second as RetryInfo', () => {
  const limit = new RateLimit(1);
  admitted(limit);
  vi.advanceTimersByTime(400);
  const error = refusal(limit, 'aoife');
  expect(error?.code).toBe(Code.ResourceExhausted);
  expect(error?.findDetails(RetryInfoSchema)[0]?.retryDelay).toMatchObject({ seconds: 0n, nanos: 600_000_000 });
});
