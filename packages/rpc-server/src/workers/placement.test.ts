import { expect, it } from 'vitest';
import { workerFor } from './placement.ts';

const worker = (connections: number, fromNetwork: number, lastArrival = 0) => ({
  connections,
  connectionsFrom: () => fromNetwork,
  lastArrival,
});

it.each([
  ['the fewest connections of the same client', [worker(1, 1), worker(9, 0)]],
  ['then the fewest connections', [worker(3, 1), worker(2, 1)]],
  ['then the longest time without a new one', [worker(2, 1, 7), worker(2, 1, 6)]],
])('a connection goes to the worker with %s', (_, workers) => {
  expect(workerFor('192.0.2.1', workers)).toBe(workers[1]);
});
