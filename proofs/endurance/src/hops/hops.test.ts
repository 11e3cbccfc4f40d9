import { Code } from '@connectrpc/connect';
import { expect, it } from 'vitest';
import { runHops } from './hops-run.ts';

const timeoutMs = 2_000;
/** Timeouts are whole milliseconds on the wire. */
const roundingMs = 1;

it('ends the work of three servers by the deadline of the client, and when it cancels', async () => {
  const { late, cancelled } = await runHops({ calls: 20, callers: 20, timeoutMs, cancelMs: 1_000 });
  for (const { code, lateMs, codes, timeLeftMs } of late) {
    expect(code).toBe(Code.DeadlineExceeded);
    // A server may know from the one before it that the call is over.
    for (const reason of codes) expect([Code.DeadlineExceeded, Code.Canceled]).toContain(reason);
    // No machine is so slow that work ends too early.
    expect(Math.min(...lateMs)).toBeGreaterThan(-50);
    // No handler passes the deadline on by itself.
    for (const left of timeLeftMs) expect(left).toBeLessThanOrEqual(timeoutMs + roundingMs);
  }
  for (const { code, codes } of cancelled) {
    expect(code).toBe(Code.Canceled);
    expect(codes).toEqual([Code.Canceled, Code.Canceled, Code.Canceled]);
  }
});
