import { expect, it } from 'vitest';
import type { Peer } from './peers.ts';
import { checkGoals, resultTable } from './report.ts';

const peer = (name: string): Peer => ({ name, command: () => Promise.reject(new Error('not started')) });
const [ours, other] = [peer('ours'), peer('other')];
const figuresOf = (cpuShare: number) =>
  new Map([
    [ours, [{ figure: 300, cpuShare, cpuMicroseconds: 10 }]],
    [other, [{ figure: 100, cpuShare: 1, cpuMicroseconds: 50 }]],
  ]);
const goals = [{ of: ours, to: other, atLeast: 4 }];

it('compares figures when both servers are the limit', () => {
  expect(checkGoals({ goals }, figuresOf(0.95))).toEqual([['ours', 'other', 'figure', '3.00', 'at least 4', 'missed']]);
});

it('compares the CPU of each call when the load client is the limit', () => {
  expect(checkGoals({ goals }, figuresOf(0.5))).toEqual([['ours', 'other', 'CPU', '5.00', 'at least 4', 'reached']]);
});

it('compares figures for which no CPU was measured', () => {
  const figures = new Map([
    [ours, [{ figure: 10 }]],
    [other, [{ figure: 20 }]],
  ]);
  const atMost = [{ of: ours, to: other, atMost: 1 }];
  expect(checkGoals({ goals: atMost }, figures)).toEqual([['ours', 'other', 'figure', '0.50', 'at most 1', 'reached']]);
});

it('has the CPU beside the calls', () => {
  expect(
    resultTable({ unit: 'calls/s', peers: [ours, other] }, figuresOf(0.5))
      .split('\n')
      .slice(2),
  ).toEqual([
    '| ours   | 300     | 10.0 µs  | 50 %      | 1.00                |',
    '| other  | 100     | 50.0 µs  | 100 %     | 3.00                |',
  ]);
});
