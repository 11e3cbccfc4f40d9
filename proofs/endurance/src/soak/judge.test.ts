import { expect, it } from 'vitest';
import type { Holdings } from './holdings.ts';
import { faultsOf } from './judge.ts';

const before: Holdings = {
  heapBytes: 20_000_000,
  externalBytes: 5_000_000,
  residentBytes: 100_000_000,
  objects: { streams: 0, sockets: 6, timers: 3 },
  resources: { TCPServerWrap: 2 },
};
const done = { succeeded: 100, aborted: 10, connections: 5, failures: new Map<string, number>() };

/** Nine looks, each of which is a little different from the one before it. */
const looks = (change: (look: number) => Partial<Holdings>) => ({
  done,
  before,
  holdings: Array.from({ length: 9 }, (_, look) => ({ ...before, ...change(look) })),
});

it('takes what comes and goes', () => {
  expect(faultsOf(looks((look) => ({ heapBytes: 20_000_000 + (look % 3) * 5_000_000 })))).toEqual([]);
});

it.each([
  ['the heap grew', looks((look) => ({ heapBytes: 20_000_000 + look * 500_000 }))],
  ['memory outside of the heap grew', looks((look) => ({ externalBytes: look * 1_000_000 }))],
  ['1 streams are left', looks(() => ({ objects: { ...before.objects, streams: 1 } }))],
  ['1 sockets are left', looks(() => ({ objects: { ...before.objects, sockets: 7 } }))],
  ['7 timers are left', looks(() => ({ objects: { ...before.objects, timers: 10 } }))],
  ['more of TCPSocketWrap', looks((look) => ({ resources: { TCPSocketWrap: look } }))],
  ['2 calls failed: no', { ...looks(() => ({})), done: { ...done, failures: new Map([['no', 2]]) } }],
  ['no call succeeded', { ...looks(() => ({})), done: { ...done, succeeded: 0 } }],
])('finds that %s', (text, result) => {
  expect(faultsOf(result)).toEqual([expect.stringContaining(text)]);
});
