import { expect, it } from 'vitest';
import { subsetOf } from './random-subsetting.ts';

const servers = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ addresses: [{ host: `10.0.0.${at}`, port: 9000 }] }));
const names = (endpoints: ReturnType<typeof subsetOf>) => endpoints.map((endpoint) => JSON.stringify(endpoint));
const seeds = Array.from({ length: 1_000 }, (_, at) => `client ${at}`);

it('gives each server its share of the clients', () => {
  const all = servers(50);
  const clients = new Map(names(all).map((name) => [name, 0]));
  for (const seed of seeds)
    for (const name of names(subsetOf(all, 10, seed))) clients.set(name, (clients.get(name) ?? 0) + 1);
  // 200 on average; four standard deviations are 51.
  expect(clients.size).toBe(50);
  expect(Math.min(...clients.values())).toBeGreaterThan(149);
  expect(Math.max(...clients.values())).toBeLessThan(251);
});

it('changes at most one server of a client when one comes or goes', () => {
  const all = servers(50);
  let changed = 0;
  for (const seed of seeds) {
    const before = new Set(names(subsetOf(all, 10, seed)));
    const after = names(subsetOf(all.slice(1), 10, seed));
    const added = after.filter((name) => !before.has(name)).length;
    expect(added).toBeLessThanOrEqual(1);
    changed += added;
  }
  // A fifth of the clients had the server that has gone.
  expect(changed).toBeGreaterThan(149);
  expect(changed).toBeLessThan(251);
});

it('does not depend on the order, and has all servers if there are few', () => {
  const all = servers(20);
  expect(subsetOf(all.toReversed(), 5, 'x')).toEqual(subsetOf(all, 5, 'x'));
  expect(subsetOf(all.slice(0, 3), 5, 'x')).toHaveLength(3);
});
