import { expect, it } from 'vitest';
import { rollOut } from './rollout.ts';

it('loses no call of any client while each of three pods is replaced', async () => {
  const results = await rollOut(3);
  expect(results.map(({ name, failures }) => ({ name, failures }))).toEqual(
    results.map(({ name }) => ({ name, failures: [] })),
  );
  for (const { calls } of results) expect(calls).toBeGreaterThan(100);
});
