import { expect, it, onTestFinished } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { startNameServer } from '../../testing/name-server.ts';
import { DnsResolver } from './dns-resolver.ts';
import type { Endpoint } from './resolver.ts';

function start(authority: string | undefined, path: string) {
  const clock = createFakeClock();
  const resolver = new DnsResolver({ scheme: 'dns', ...(authority !== undefined && { authority }), path }, clock);
  const found: { lists: string[]; errors: string[] } = { lists: [], errors: [] };
  resolver.start({
    onEndpoints: (endpoints) => found.lists.push(endpoints.map(toText).join()),
    onError: (message) => found.errors.push(message),
  });
  onTestFinished(() => resolver.stop());
  return { resolver, clock, found };
}

function toText({ addresses: [address] }: Endpoint): string {
  return address !== undefined && 'host' in address ? `${address.host}:${address.port}` : 'none';
}

it('queries again when the TTL is over, and reports only changes', async () => {
  await using names = await startNameServer(20, '127.0.0.1');
  const { found, clock } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toEqual(['127.0.0.1:9000']);
  await clock.advance(14_000);
  expect(names.questions).toBe(2);
  await clock.advance(6_000);
  await expect.poll(() => names.questions).toBe(4);
  expect(found.lists).toHaveLength(1);
  names.addresses = ['127.0.0.2', '127.0.0.1'];
  await expect
    .poll(() => clock.advance(1_000).then(() => found.lists))
    .toEqual(['127.0.0.1:9000', '127.0.0.1:9000,127.0.0.2:9000']);
});

it('queries at once after a lost connection', async () => {
  await using names = await startNameServer(3_600, '127.0.0.1');
  const { found, clock, resolver } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toHaveLength(1);
  names.addresses = ['127.0.0.3'];
  await clock.advance(240);
  resolver.refresh();
  await clock.advance(0);
  await expect.poll(() => found.lists).toEqual(['127.0.0.1:9000', '127.0.0.3:9000']);
});

it('keeps its addresses while the name server returns none', async () => {
  await using names = await startNameServer(1, '127.0.0.1');
  const { found, clock } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toHaveLength(1);
  names.addresses = [];
  const before = names.questions;
  await expect.poll(() => clock.advance(1_000).then(() => names.questions)).toBeGreaterThan(before + 3);
  expect(found).toEqual({ lists: ['127.0.0.1:9000'], errors: [] });
});

it('reports an unknown name as an error, and finds it when it exists', async () => {
  await using names = await startNameServer(1);
  const { found, clock } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.errors[0]).toContain('users.test cannot be resolved');
  names.addresses = ['127.0.0.1'];
  await expect.poll(() => clock.advance(1_000).then(() => found.lists)).toEqual(['127.0.0.1:9000']);
});

it.each([
  ['127.0.0.1:9000', '127.0.0.1:9000'],
  ['[::1]:9000', '::1:9000'],
  ['127.0.0.1', '127.0.0.1:443'],
])('does not ask for the address %s', async (path, expected) => {
  const { found } = start(undefined, path);
  await expect.poll(() => found.lists).toEqual([expected]);
});

it('uses the resolver of the system', async () => {
  const { found } = start(undefined, 'localhost:9000');
  await expect.poll(() => found.lists[0]).toMatch(/(127\.0\.0\.1|::1):9000/);
});
