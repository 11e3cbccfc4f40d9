import { type Authority, createAuthority } from '@example/kit/authority';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { KubernetesApi } from '../../../testing/kubernetes-api.ts';
import type { Endpoint } from '../resolver.ts';
import { parseTarget } from '../target.ts';
import { KubernetesResolver } from './kubernetes-resolver.ts';

let authority: Authority;
let keyPair: Awaited<ReturnType<Authority['issueForServer']>>;
beforeAll(async () => {
  authority = await createAuthority();
  keyPair = await authority.issueForServer('127.0.0.1');
});

async function startApi(): Promise<KubernetesApi> {
  const api = await KubernetesApi.start(keyPair, authority.cert);
  onTestFinished(() => api[Symbol.asyncDispose]());
  return api;
}

const targetOf = (text: string) => parseTarget(text, () => true);

function resolve(api: KubernetesApi, target = 'kubernetes:///users.shop:9000') {
  const resolver = new KubernetesResolver(targetOf(target), api.access);
  const found: { lists: string[]; errors: string[] } = { lists: [], errors: [] };
  resolver.start({
    onEndpoints: (endpoints) => found.lists.push(textOf(endpoints)),
    onError: (message) => found.errors.push(message),
  });
  onTestFinished(() => resolver.stop());
  return { resolver, found, last: () => found.lists.at(-1) };
}

/** The endpoints as a text: `,` between pods, and `|` between the addresses of one pod. */
function textOf(endpoints: readonly Endpoint[]): string {
  return endpoints
    .map(({ addresses }) => addresses.map((it) => ('host' in it ? `${it.host}:${it.port}` : '')).join('|'))
    .join();
}

const grpc = [{ name: 'grpc', port: 9000, protocol: 'TCP' }];
const ready = { ready: true, serving: true, terminating: false };
const pod = (address: string, conditions: object = ready) => ({
  addresses: [address],
  conditions,
  targetRef: { uid: `pod of ${address}` },
});
const slice = (...addresses: string[]) => ({
  addressType: 'IPv4' as const,
  ports: grpc,
  endpoints: addresses.map((address) => pod(address)),
});

describe('the pods of a Service', () => {
  it('are those of all its slices, and no others', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.2', '10.0.0.1'));
    api.set('users', 'users-2', slice('10.0.0.3', '10.0.0.1'));
    api.set('stock', 'stock-1', slice('10.0.0.9'));
    const { last } = resolve(api);
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000,10.0.0.3:9000');
  });

  it.each([
    ['ready', ready, true],
    ['of an unknown state', {}, true],
    ['not ready', { ready: false, serving: false }, false],
    ['terminating', { ready: false, serving: true, terminating: true }, false],
    ['terminating and published as ready', { ready: true, serving: true, terminating: true }, false],
  ])('that are %s', async (_, conditions, isUsed) => {
    const api = await startApi();
    const endpoints = [pod('10.0.0.1'), pod('10.0.0.2', conditions)];
    api.set('users', 'users-1', { addressType: 'IPv4', ports: grpc, endpoints });
    const { last } = resolve(api);
    await expect.poll(last).toBe(isUsed ? '10.0.0.1:9000,10.0.0.2:9000' : '10.0.0.1:9000');
  });

  it('have the addresses of both families', async () => {
    const api = await startApi();
    const targetRef = { uid: 'one' };
    api.set('users', 'v6', { addressType: 'IPv6', ports: grpc, endpoints: [{ addresses: ['fd00::1'], targetRef }] });
    api.set('users', 'v4', { addressType: 'IPv4', ports: grpc, endpoints: [{ addresses: ['10.0.0.1'], targetRef }] });
    const { last } = resolve(api);
    await expect.poll(last).toBe('10.0.0.1:9000|fd00::1:9000');
  });

  it('have a port by its name, which may differ', async () => {
    const api = await startApi();
    const ports = [
      { name: 'health', port: 1 },
      { name: 'grpc', port: 9001 },
    ];
    api.set('users', 'users-1', slice('10.0.0.1'));
    api.set('users', 'users-2', { ...slice('10.0.0.2'), ports });
    const named = resolve(api, 'kubernetes:///users.shop:grpc');
    await expect.poll(named.last).toBe('10.0.0.1:9000,10.0.0.2:9001');
    const first = resolve(api, 'kubernetes:///users.shop');
    await expect.poll(first.last).toBe('10.0.0.1:9000,10.0.0.2:1');
    const none = resolve(api, 'kubernetes:///users.shop:rest');
    await expect.poll(() => none.found.errors[0]).toContain('it has no port rest, but grpc, health');
  });

  it('are in the namespace of this pod, unless another one is named', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    const own = resolve(api, 'kubernetes:///users:9000');
    await expect.poll(own.last).toBe('10.0.0.1:9000');
    const other = resolve(api, 'kubernetes:///users.mall:9000');
    await expect.poll(() => other.found.errors[0]).toMatch(/mall\/users cannot .* a Role must allow it list and watch/);
  });
});

describe('a watch', () => {
  async function watched() {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    const { last, found, resolver } = resolve(api);
    await expect.poll(last).toBe('10.0.0.1:9000');
    await expect.poll(() => api.watches).toBe(1);
    return { api, last, found, resolver };
  }

  it('reports pods that come and go, and nothing else', async () => {
    const { api, last, found } = await watched();
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
    api.set('stock', 'stock-1', slice('10.0.0.9'));
    api.delete('users-1');
    await expect.poll(last).toBe('10.0.0.2:9000');
    expect(found).toMatchObject({ lists: { length: 3 }, errors: [] });
    expect(api.lists).toBe(1);
  });

  it('does not report that a pod moves from one slice to another', async () => {
    const { api, last, found } = await watched();
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
    api.set('users', 'users-2', slice());
    api.set('users', 'users-1', slice('10.0.0.1', '10.0.0.2'));
    api.set('users', 'users-3', slice('10.0.0.3'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000,10.0.0.3:9000');
    expect(found.lists).toHaveLength(3);
  });

  it('goes on from where it was when its time is over, by bookmarks too', async () => {
    const { api, last } = await watched();
    api.set('stock', 'stock-1', slice('10.0.0.9'));
    api.bookmark();
    // From now on, the server refuses a watch that starts at the version of the list.
    api.compact();
    api.endWatches();
    await expect.poll(() => api.watchedFrom).toHaveLength(2);
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
    expect(api).toMatchObject({ lists: 1, statuses: [200, 200, 200] });
  });

  it.each(['cut', 'ended'])('leaves out a line that is %s in its middle, and loses no event', async (how) => {
    const { api, last, found } = await watched();
    if (how === 'cut') await api.cutWatches(api.halfAnEvent);
    else api.endWatches(api.halfAnEvent);
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
    expect(api.lists).toBe(1);
    expect(found.errors).toEqual([]);
  });

  it('lists again after an event with an error', async () => {
    const { api, last } = await watched();
    api.failWatches(500);
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
    expect(api.lists).toBe(2);
  });

  it('lists again when its version is too old, as an event or as a status', async () => {
    const { api, last } = await watched();
    api.failWatches(410);
    api.delete('users-1');
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.2:9000');
    expect(api.lists).toBe(2);
    api.endWatches();
    api.set('stock', 'stock-1', slice('10.0.0.9'));
    api.compact();
    await expect.poll(() => api.statuses).toContain(410);
    await expect.poll(() => api.lists).toBe(3);
    await expect.poll(() => api.watches).toBe(1);
  });

  it('does not ask in a loop when each one ends at once', async () => {
    const { api } = await watched();
    const until = performance.now() + 400;
    while (performance.now() < until) {
      api.endWatches();
      await new Promise(setImmediate);
    }
    expect(api.watchedFrom.length).toBeLessThan(6);
  });

  it('ends with the resolver', async () => {
    const { api, resolver } = await watched();
    resolver.stop();
    await expect.poll(() => api.watches).toBe(0);
    resolver.start({ onEndpoints() {}, onError() {} });
    await expect.poll(() => api.watches).toBe(1);
  });
});

describe('while the API server fails', () => {
  it('reads a token that was replaced', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    api.tokens = ['second'];
    const { found, last } = resolve(api);
    await expect.poll(() => found.errors[0]).toContain('the Service shop/users cannot be resolved');
    api.setToken('second');
    await expect.poll(last).toBe('10.0.0.1:9000');
    // The next watch also uses the new token.
    api.tokens = ['third'];
    api.endWatches();
    await expect.poll(() => api.statuses.filter((status) => status === 401).length).toBeGreaterThan(1);
    api.setToken('third');
    api.set('users', 'users-2', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.1:9000,10.0.0.2:9000');
  });

  it('trusts the CA of the file only, as it is now', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    api.setCa((await createAuthority()).cert);
    const { found, last } = resolve(api);
    await expect.poll(() => found.errors[0]).toMatch(/unable to|certificate/);
    api.setCa();
    await expect.poll(last).toBe('10.0.0.1:9000');
  });

  it('uses the pods that it knows', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    const { found, last } = resolve(api);
    await expect.poll(() => api.watches).toBe(1);
    api.status = 503;
    await api.cutWatches('');
    await expect.poll(() => api.statuses.filter((status) => status === 503).length).toBeGreaterThan(1);
    api.status = 200;
    api.set('users', 'users-1', slice());
    api.set('users', 'users-1', slice('10.0.0.2'));
    await expect.poll(last).toBe('10.0.0.2:9000');
    expect(found).toEqual({ lists: ['10.0.0.1:9000', '10.0.0.2:9000'], errors: [] });
  });

  it('waits for a slow one, and not for one that does not respond', async () => {
    const api = await startApi();
    api.set('users', 'users-1', slice('10.0.0.1'));
    api.delayMs = 3_000;
    const { found, last } = resolve(api);
    await expect.poll(() => found.errors[0]).toContain('no response within 500 ms');
    api.delayMs = 300;
    await expect.poll(last).toBe('10.0.0.1:9000');
  });

  it('reports that no pod is ready, and finds one later', async () => {
    const api = await startApi();
    const { found, last } = resolve(api);
    await expect.poll(() => found.errors[0]).toContain('there is no such Service, or it has no pods');
    api.set('users', 'users-1', { ...slice(), endpoints: [pod('10.0.0.1', { ready: false })] });
    await expect.poll(() => found.errors[1]).toContain('none of its pods is ready');
    api.set('users', 'users-1', slice('10.0.0.1'));
    await expect.poll(last).toBe('10.0.0.1:9000');
  });

  it('says what is missing outside of a cluster', async () => {
    const api = await startApi();
    const resolver = new KubernetesResolver(targetOf('kubernetes:///users:9000'), { ...api.access, env: {} });
    onTestFinished(() => resolver.stop());
    const error = await new Promise((onError) => resolver.start({ onEndpoints() {}, onError }));
    expect(error).toContain('KUBERNETES_SERVICE_HOST is not set');
  });
});

describe('a target', () => {
  it.each([
    ['kubernetes:///users.shop:9000', 'users.shop:9000'],
    ['kubernetes:///users.shop.svc.cluster.local:9000', 'users.shop:9000'],
    ['kubernetes://shop/users:9000', 'users.shop:9000'],
    ['kubernetes:///users:grpc', 'users'],
  ])('%s has the authority %s', (text, expected) => {
    expect(new KubernetesResolver(targetOf(text)).authority).toBe(expected);
  });

  it.each(['kubernetes:///Users', 'kubernetes:///users:0', 'kubernetes:///users:99999', 'kubernetes://a/users.b:1'])(
    '%s is refused',
    (text) => {
      expect(() => new KubernetesResolver(targetOf(text))).toThrow('invalid target');
    },
  );
});
