import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testConfig } from '../testing/index.ts';
import { CallerGrants } from '../workers/caller-grants.ts';
import { SharedRateLimit } from './shared-rate-limit.ts';

// All calls of a test are within one second.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'], now: 60_000 }));
afterEach(() => void vi.useRealTimers());

/** The limits of calls of several workers. Their supervisor responds in a later turn of the event loop. */
function workersWith(callsPerSecond: number, workers: number): SharedRateLimit[] {
  const grants = new CallerGrants({ ...testConfig, callsPerSecond, callBurst: callsPerSecond });
  const ask: ConstructorParameters<typeof SharedRateLimit>[3]['ask'] = (limit, caller, amount, onGrant) =>
    void setImmediate().then(() => onGrant(grants.grant([limit, caller, amount])));
  return Array.from({ length: workers }, () => new SharedRateLimit('calls', callsPerSecond, workers, { ask }));
}

/** Makes this number of calls, and returns how many are admitted. */
async function admitted(limits: readonly SharedRateLimit[], calls: number): Promise<number> {
  const outcomes = Array.from({ length: calls }, async (_, i) => limits[i % limits.length]?.count('aoife'));
  return (await Promise.allSettled(outcomes)).filter(({ status }) => status === 'fulfilled').length;
}

describe.each([1, 10, 160, 2_000])('a limit of %i calls a second for two workers', (rate) => {
  it('is whole for a caller with one connection', async () => {
    const [one] = workersWith(rate, 2);
    expect(await admitted([one as SharedRateLimit], 2 * rate + 5)).toBe(rate);
  });

  it('is not more for a caller with a connection to each', async () => {
    const count = await admitted(workersWith(rate, 2), 2 * rate + 5);
    expect(count).toBeGreaterThanOrEqual(Math.min(rate, Math.floor(rate * 0.93)));
    expect(count).toBeLessThanOrEqual(Math.ceil(rate * 1.125));
  });
});

it('a caller who calls seldom does not wait for the supervisor', () => {
  const [limit] = workersWith(200, 2);
  expect(limit?.count('aoife')).toBeUndefined();
  expect(limit?.count('saoirse')).toBeUndefined();
});
