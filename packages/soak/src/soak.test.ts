import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultsOf } from './judge.ts';
import { soak } from './soak.ts';

it('finds a flat heap, and no call that fails, in OrderService', async () => {
  const faults = faultsOf(await soak({ loadMs: 5_000, periods: 2, seed: 1, goneMs: 1_000 }));
  expect(faults.filter((fault) => /heap|outside|failed|succeeded|streams|calls/.test(fault))).toEqual([]);
});

it('finds what a service forgets', async () => {
  const main = join(import.meta.dirname, 'forgetful-main.fixture.ts');
  const faults = faultsOf(await soak({ main, loadMs: 4_000, periods: 2, seed: 1, goneMs: 1_000 }));
  expect(faults.join('\n')).toMatch(/the heap grew by \d+ bytes/);
  expect(faults.join('\n')).toMatch(/\d+ timers are left/);
});
