import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultsOf } from './judge.ts';
import { soak } from './soak.ts';

it('finds what a service forgets', async () => {
  const main = join(import.meta.dirname, 'forgetful-main.fixture.ts');
  const faults = faultsOf(await soak({ main, loadMs: 2_000, periods: 1, seed: 1, goneMs: 0 }));
  expect(faults.join('\n')).toMatch(/the heap grew by \d+ bytes/);
  expect(faults.join('\n')).toMatch(/\d+ timers are left/);
});
