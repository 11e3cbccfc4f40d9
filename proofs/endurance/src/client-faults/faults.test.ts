import { expect, it } from 'vitest';
import { checkResult } from './check-result.ts';
import { client } from './clients/rpc-client.ts';
import { runFaults } from './fault-run.ts';
import { loopback } from './network/loopback.ts';
import { namespaces, whyNoNamespaces } from './network/namespaces.ts';
import { faults } from './servers.ts';

const pace = { minMs: 100, maxMs: 400, longShare: 0 };

it('a client neither loses nor doubles a call while its servers fail in every way', async () => {
  using network = (await whyNoNamespaces()) === undefined ? namespaces() : loopback();
  const seed = Math.floor(Math.random() * 1_000_000);
  const result = await runFaults({ client, network, faults: faults.length, pace, seed, phaseMs: 500 });
  expect(checkResult(result, false), `seed ${seed} in ${network.name}`).toEqual([]);
});
