import { expect, it } from 'vitest';
import { attack } from './attack.ts';
import { checkResult } from './check-result.ts';

/** Long, because a busy machine is slow, while a refused call fails at once. */
const timeoutMs = 60_000;

it('OrderService with a small heap withstands all attacks at once, and serves legal clients', {
  timeout: 300_000,
}, async () => {
  expect(checkResult(await attack({ attackMs: 20_000, quietMs: 5_000, timeoutMs }))).toEqual([]);
});
