import { expect, it } from 'vitest';
import { moveToBalance } from './balance.ts';

const worker = (busy: number, ...calls: number[]) => ({ busy, calls: calls.map((count, id) => [id, count] as const) });

it.each([
  ['two busy connections on one worker', [worker(1, 500, 500), worker(0)], 0],
  ['the one that fits best', [worker(0.9, 100, 600, 200), worker(0.3)], 2],
  ['a new worker', [worker(0.8, 10, 10, 10, 10), worker(0.8, 10, 10, 10, 10), worker(0)], 0],
])('moves %s', (_, workers, id) => {
  expect(moveToBalance(workers)).toEqual({ from: workers[0], to: workers.at(-1), id });
});

it.each([
  ['one busy connection', [worker(1, 1_000), worker(0)]],
  ['two workers that are equally busy', [worker(1, 400, 600), worker(0.95, 700)]],
  ['three equal connections', [worker(1, 500, 500), worker(0.5, 500)]],
  ['workers with little to do', [worker(0.4, 500, 500), worker(0)]],
  ['a busy worker without calls', [worker(1), worker(0)]],
])('does not move %s', (_, workers) => {
  expect(moveToBalance(workers)).toBeUndefined();
});
