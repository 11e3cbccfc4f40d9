import { expect, it, onTestFinished } from 'vitest';
import { startNameServer } from '../../testing/name-server.ts';
import { DnsResolver } from './dns-resolver.ts';
import type { Endpoint } from './resolver.ts';

function start(authority: string | undefined, path: string) {
  const resolver = new DnsResolver(
    authority === undefined ? { scheme: 'dns', path } : { scheme: 'dns', authority, path },
  );
  const found: { lists: string[]; errors: string[] } = { lists: [], errors: [] };
  resolver.start({
    onEndpoints: (endpoints) => found.lists.push(endpoints.map(toText).join()),
    onError: (message) => found.errors.push(message),
  });
  onTestFinished(() => resolver.stop());
  return { resolver, found };
}

function toText({ addresses: [address] }: Endpoint): string {
  return address !== undefined && 'host' in address ? `${address.host}:${address.port}` : 'none';
}

it('queries again when the TTL is over, and reports only changes', async () => {
  await using names = await startNameServer(1, '127.0.0.1');
  const { found } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toEqual(['127.0.0.1:9000']);
  await expect.poll(() => names.questions).toBeGreaterThan(3);
  expect(found.lists).toHaveLength(1);
  names.addresses = ['127.0.0.2', '127.0.0.1'];
  await expect.poll(() => found.lists).toEqual(['127.0.0.1:9000', '127.0.0.1:9000,127.0.0.2:9000']);
});

it('queries at once after a lost connection', async () => {
  await using names = await startNameServer(3_600, '127.0.0.1');
  const { found, resolver } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toHaveLength(1);
  names.addresses = ['127.0.0.3'];
  await expect
    .poll(() => {
      resolver.refresh();
      return found.lists;
    })
    .toEqual(['127.0.0.1:9000', '127.0.0.3:9000']);
});

it('keeps its addresses while the name server returns none', async () => {
  await using names = await startNameServer(1, '127.0.0.1');
  const { found } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.lists).toHaveLength(1);
  names.addresses = [];
  const before = names.questions;
  await expect.poll(() => names.questions).toBeGreaterThan(before + 3);
  expect(found).toEqual({ lists: ['127.0.0.1:9000'], errors: [] });
});

it('reports an unknown name as an error, and finds it when it exists', async () => {
  await using names = await startNameServer(1);
  const { found } = start(names.address, 'users.test:9000');
  await expect.poll(() => found.errors[0]).toContain('users.test cannot be resolved');
  names.addresses = ['127.0.0.1'];
  await expect.poll(() => found.lists).toEqual(['127.0.0.1:9000']);
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
