import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkOutcome } from '../usage/check-outcome.ts';
import { soak } from './soak.ts';

it('finds the memory, timers and sockets that a service leaks', async () => {
  const preloads = [join(import.meta.dirname, 'leak.fixture.ts')];
  const faults = checkOutcome(await soak({ preloads, loadMs: 2_000, periods: 1, seed: 1, releaseMs: 0 })).join('\n');
  expect(faults).toMatch(/the heap grew by \d+ bytes/);
  expect(faults).toMatch(/\d+ timers are left/);
  expect(faults).toMatch(/\d+ sockets are left/);
});
