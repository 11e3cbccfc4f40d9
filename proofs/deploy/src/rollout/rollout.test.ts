import { skipReason } from '@example/kit/toolchains';
import { beforeAll, describe, expect, it } from 'vitest';
import { clients, type RolloutClient } from './clients.ts';
import { type ClientResult, rollOut } from './rollout.ts';

const reasons = new Map<RolloutClient, string | undefined>();
for (const client of clients) reasons.set(client, await skipReason(() => client.prepare?.()));

describe('while each of three pods is replaced', () => {
  let results: readonly ClientResult[];
  beforeAll(async () => {
    ({ results } = await rollOut(
      3,
      clients.filter((client) => reasons.get(client) === undefined),
      () => {},
    ));
  });

  for (const client of clients) {
    const reason = reasons.get(client);
    it.skipIf(reason)(`no call of ${client.name} is lost${reason ?? ''}`, () => {
      const result = results.find((each) => each.client === client);
      expect(result?.failures).toEqual([]);
      expect(result?.calls).toBeGreaterThan(100);
    });
  }
});
