import { expect, it } from 'vitest';
import { leftBehind } from '../usage/resource-usage.ts';
import { loopback } from './network/loopback.ts';
import { soakClient } from './soak-run.ts';

const pace = { minMs: 100, maxMs: 400, longShare: 0 };

it('leaves no connection, call or timer when a transport is closed', async () => {
  using network = loopback();
  const seed = Math.floor(Math.random() * 1_000_000);
  const { before, usages, done } = await soakClient({ network, loadMs: 0, periods: 1, pace, seed });
  expect(usages.flatMap((usage) => leftBehind(usage, before))).toEqual([]);
  expect(done.failures).toEqual(new Map());
  expect(done.aborted).toBeGreaterThan(0);
});
