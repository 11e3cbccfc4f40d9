import { expect, it } from 'vitest';
import { checkResult } from './check-result.ts';
import { client } from './clients/rpc-client.ts';
import { runFaults } from './fault-run.ts';

it('a client neither loses nor doubles a call while its servers fail in every way', { timeout: 300_000 }, async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const result = await runFaults({ client, faults: 7, seed, healthyMs: 1_000 });
  expect(checkResult(result, false), `seed ${seed}`).toEqual([]);
});
