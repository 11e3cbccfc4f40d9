import { whyNoPostgres } from '@example/storage/testing';
import { describe, expect, it } from 'vitest';
import { crash } from './crash-run.ts';

const seed = 20_261_121;

// `pnpm test:soak crash` runs the same test for longer.
describe('acknowledged writes are stored once and complete', () => {
  async function expectNothingLost(victim: 'service' | 'backend', kills: number): Promise<void> {
    const found = await crash({ victim, kills, longestLifeMs: 400, seed });
    expect([...found.keys()].sort()).toEqual(['messages', 'orders', 'uploads', 'users']);
    for (const [name, { acknowledged, ...rest }] of found) {
      expect(acknowledged, name).toBeGreaterThan(0);
      expect(rest, name).toEqual({ lost: 0, doubled: 0, broken: 0 });
    }
  }

  it('on SQLite, when the service is killed', () => expectNothingLost('service', 12));

  const missing = whyNoPostgres();
  it.skipIf(missing)(
    missing ?? 'on PostgreSQL, when one of its processes is killed',
    () => expectNothingLost('backend', 12),
    180_000,
  );
});
