import { expect, it } from 'vitest';
import { attack } from './attack.ts';
import { checkResult } from './check-result.ts';

/**
 * The timeout of legal calls: long, because a busy machine is slow. A refused call fails at once, whatever the timeout.
 */
const timeoutMs = 60_000;

it('OrderService with a small heap withstands all attacks at once, and serves legal clients', async () => {
  const result = await attack({ attackMs: 20_000, quietMs: 5_000, timeoutMs, onMinute() {} });
  expect(checkResult(result)).toEqual([]);
});
