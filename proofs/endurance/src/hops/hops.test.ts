import { Code } from '@connectrpc/connect';
import { expect, it } from 'vitest';
import { runHops } from './hops-run.ts';

const timeoutMs = 2_000;
/** The largest rounding error, in milliseconds: timeouts are whole milliseconds on the wire. */
const roundingMs = 1;

it('ends the work of three servers by the deadline of the client, and when it cancels', async () => {
  const { late, cancelled } = await runHops({ calls: 20, callers: 20, timeoutMs, cancelMs: 1_000 });
  for (const { code, lateMs, codes, timeLeftMs } of late) {
    expect(code).toBe(Code.DeadlineExceeded);
    // A server may be notified by the server before it, which cancels its call.
    for (const reason of codes) expect([Code.DeadlineExceeded, Code.Canceled]).toContain(reason);
    // Even a slow machine must not end the work much too early.
    expect(Math.min(...lateMs)).toBeGreaterThan(-50);
    // Handlers do not pass the deadline on: the client does so for each call that they make.
    for (const left of timeLeftMs) expect(left).toBeLessThanOrEqual(timeoutMs + roundingMs);
  }
  for (const { code, codes } of cancelled) {
    expect(code).toBe(Code.Canceled);
    expect(codes).toEqual([Code.Canceled, Code.Canceled, Code.Canceled]);
  }
});
