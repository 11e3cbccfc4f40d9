import { expect, it } from 'vitest';
import { checkOutcome } from './check-outcome.ts';
import type { ResourceUsage } from './resource-usage.ts';

const before: ResourceUsage = {
  heapBytes: 20_000_000,
  externalBytes: 5_000_000,
  residentBytes: 100_000_000,
  objects: { connections: 1, streams: 2, calls: 0, sockets: 6, timers: 3 },
  resources: { TCPServerWrap: 2 },
};
const done = { succeeded: 100, aborted: 10, connections: 5, failures: new Map<string, number>() };

/** Nine periods, each with its own change. */
const periods = (change: (period: number) => Partial<ResourceUsage>) => ({
  done,
  before,
  usages: Array.from({ length: 9 }, (_, period) => ({ ...before, ...change(period) })),
});

it('accepts a heap that fluctuates', () => {
  expect(checkOutcome(periods((period) => ({ heapBytes: 20_000_000 + (period % 3) * 5_000_000 })))).toEqual([]);
});

it.each([
  ['the heap grew', periods((period) => ({ heapBytes: 20_000_000 + period * 500_000 }))],
  ['memory outside of the heap grew', periods((period) => ({ externalBytes: period * 1_000_000 }))],
  ['1 streams are left', periods(() => ({ objects: { ...before.objects, streams: 3 } }))],
  ['1 sockets are left', periods(() => ({ objects: { ...before.objects, sockets: 7 } }))],
  ['7 timers are left', periods(() => ({ objects: { ...before.objects, timers: 10 } }))],
  ['more of TCPSocketWrap', periods((period) => ({ resources: { TCPSocketWrap: period } }))],
  ['2 calls failed: no', { ...periods(() => ({})), done: { ...done, failures: new Map([['no', 2]]) } }],
  ['no call succeeded', { ...periods(() => ({})), done: { ...done, succeeded: 0 } }],
])('reports: %s', (text, result) => {
  expect(checkOutcome(result)).toEqual([expect.stringContaining(text)]);
});
