import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { Code } from '@connectrpc/connect';
import { ErrorCode, type HeaderList, headerList, type StreamClose } from '@example/http2';
import { createAuthority } from '@example/kit/authority';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Connect } from '../connection/call-connection.ts';
import type { Picked } from '../connection/connection-source.ts';
import { Http2CallConnection } from '../connection/http2-call-connection.ts';
import { readServiceConfig, type ServiceConfigJson } from '../service-config.ts';
import { type Backend, respondOk, startBackend } from '../testing/backend.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { KubernetesApi } from '../testing/kubernetes-api.ts';
import { startNameServer } from '../testing/name-server.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import { defaultKeepalive } from './keepalive.ts';
import { createResolver } from './resolving/create-resolver.ts';
import { KubernetesResolver } from './resolving/kubernetes/kubernetes-resolver.ts';
import type { Endpoint, Resolver, ResolverListener } from './resolving/resolver.ts';
import { parseTarget } from './resolving/target.ts';

const connect: Connect = (address, listener, signal) =>
  new Promise((resolve, reject) => {
    const socket = connectSocket({ ...address, noDelay: true, signal }, () => {
      Http2CallConnection.open(socket, {}, listener, signal).then(resolve, reject);
    });
    socket.once('error', reject);
  });

const origin = { scheme: 'http', authority: 'localhost' } as const;
const request = headerList([
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/test/Method'],
  [':authority', 'localhost'],
]);

/** A resolver whose addresses a test changes. */
class TestResolver implements Resolver {
  readonly authority = 'test';
  refreshes = 0;
  #listener: ResolverListener | undefined;
  #endpoints: readonly Endpoint[];

  constructor(...backends: Backend[]) {
    this.#endpoints = toEndpoints(backends);
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    process.nextTick(() => listener.onEndpoints(this.#endpoints));
  }

  set(...backends: { port: number }[]): void {
    this.#endpoints = toEndpoints(backends);
    this.#listener?.onEndpoints(this.#endpoints);
  }

  fail(message: string): void {
    this.#listener?.onError(message);
  }

  refresh(): void {
    this.refreshes += 1;
  }

  stop(): void {
    this.#listener = undefined;
  }
}

function toEndpoints(backends: readonly { port: number }[]): Endpoint[] {
  return backends.map(({ port }) => ({ addresses: [{ host: '127.0.0.1', port }] }));
}

interface Options extends ChannelOptions {
  readonly target: string;
  readonly resolver?: Resolver;
  readonly serviceConfig?: ServiceConfigJson;
}

function open({ target, serviceConfig = {}, ...options }: Options): Channel {
  const { resolver = createResolver(target, {}, options.clock) } = options;
  const channel = new Channel(target, resolver, connect, readServiceConfig(serviceConfig), options, origin);
  onTestFinished(() => channel.close(true));
  return channel;
}

function openTo(resolver: TestResolver, options: ChannelOptions = {}): Channel {
  return open({ target: 'test:x', resolver, ...options });
}

/** Calls `use` with a connection for one attempt: at once, or as soon as there is a connection. */
function attempt(channel: Channel, use: (picked: Picked) => void, fail: (error: Error) => void, waitForReady = false) {
  const picked = channel.pick('/test/Method');
  if (picked !== undefined) use(picked);
  else {
    const waiter = { isDone: false, path: '/test/Method', isStream: false, waitForReady };
    channel.wait({ ...waiter, onPicked: use, onUnavailable: fail });
  }
}

/** @returns the reason why the stream of the attempt has closed; undefined for success */
function call(channel: Channel, waitForReady = false): Promise<StreamClose | undefined> {
  return new Promise((resolve, reject) => {
    const use = (picked: Picked) => {
      let trailers: HeaderList | undefined;
      const stream = picked.connection.request(
        request,
        undefined,
        {
          onHeaders() {},
          onData() {},
          onEnd(list) {
            trailers = list;
          },
          onDrain() {},
          onClose: (reason) => {
            picked.onEnd(reason === undefined ? undefined : Code.Unavailable, trailers);
            resolve(reason);
          },
        },
        false,
      );
      stream.sendData(new Uint8Array(5), new Uint8Array(), true);
    };
    attempt(channel, use, reject, waitForReady);
  });
}

async function calls(channel: Channel, count: number): Promise<void> {
  for (let made = 0; made < count; made++) expect(await call(channel)).toBeUndefined();
}

it('connects with the first call, and uses one connection for many', async () => {
  await using backend = await startBackend();
  const channel = open({ target: `ipv4:${backend.address}` });
  expect(backend.accepted).toBe(0);
  await Promise.all(Array.from({ length: 50 }, () => call(channel)));
  expect(backend).toMatchObject({ accepted: 1, requests: 50 });
});

it('connects before the first call if it is eager', async () => {
  await using backend = await startBackend();
  open({ target: `ipv4:${backend.address}`, eager: true });
  await expect.poll(() => backend.accepted).toBe(1);
});

it.each(['least_request_experimental', 'round_robin'])('spreads calls evenly with %s', async (policy) => {
  await using one = await startBackend();
  await using two = await startBackend();
  await using three = await startBackend();
  const target = `ipv4:${[one, two, three].map(({ address }) => address).join()}`;
  const serviceConfig = { loadBalancingConfig: [{ [policy]: {} }] };
  const channel = open({ target, serviceConfig, eager: true, clock: createFakeClock() });
  await expect.poll(() => [one, two, three].map(({ accepted }) => accepted)).toEqual([1, 1, 1]);
  const before = [one, two, three].map(({ requests }) => requests);
  for (let turn = 0; turn < 100; turn++) await Promise.all(Array.from({ length: 30 }, () => call(channel)));
  for (const [at, { requests }] of [one, two, three].entries()) {
    expect(Math.abs(requests - (before[at] as number) - 1_000)).toBeLessThan(60);
  }
});

it('sends all calls to the first server with pick_first, and to the next when it is gone', async () => {
  await using one = await startBackend();
  await using two = await startBackend();
  const serviceConfig = { loadBalancingConfig: [{ pick_first: {} }] };
  const channel = open({ target: `ipv4:${one.address},${two.address}`, serviceConfig });
  await calls(channel, 20);
  expect([one.requests, two.requests]).toEqual([20, 0]);
  await one.close();
  await expect.poll(() => channel.pick('/test/Method')).toBeUndefined();
  await calls(channel, 20);
  expect(two.requests).toBe(20);
});

it('keeps calls away from a server that does not respond', async () => {
  await using good = await startBackend();
  await using hanging = await startBackend(() => {});
  const channel = open({ target: `ipv4:${good.address},${hanging.address}`, eager: true });
  await expect.poll(() => hanging.accepted + good.accepted).toBe(2);
  for (let made = 0; made < 100; made++) void call(channel);
  await expect.poll(() => good.requests + hanging.requests).toBe(100);
  for (let made = 0; made < 100; made++) await Promise.race([call(channel), new Promise(setImmediate)]);
  expect(hanging.requests).toBeLessThan(60);
});

it('sends few calls to a server that fails at once, and as many as to the others when it works again', async () => {
  await using good = await startBackend();
  await using bad = await startBackend();
  const clock = createFakeClock();
  const channel = open({ target: `ipv4:${good.address},${bad.address}`, eager: true, clock });
  await expect.poll(() => good.accepted + bad.accepted).toBe(2);
  bad.respond = (stream) => stream.reset(ErrorCode.INTERNAL_ERROR);
  for (let made = 0; made < 100; made++) await call(channel);
  expect(bad.requests).toBe(2);
  await clock.advance(120);
  for (let made = 0; made < 100; made++) await call(channel);
  expect(bad.requests).toBe(3);
  bad.respond = respondOk;
  await clock.advance(192);
  await calls(channel, 100);
  expect(bad.requests).toBeGreaterThan(20);
});

it('connects to a part of the servers with random_subsetting, and to another one when one of it is gone', async () => {
  await using one = await startBackend();
  await using two = await startBackend();
  await using three = await startBackend();
  const backends = [one, two, three];
  const resolver = new TestResolver(...backends);
  const subsetting = { subsetSize: 2, childPolicy: [{ least_request_experimental: {} }] };
  const serviceConfig = { loadBalancingConfig: [{ random_subsetting_experimental: subsetting }] };
  const channel = open({ target: 'test:x', resolver, serviceConfig, eager: true });
  const used = () => backends.filter(({ connections }) => connections.length > 0);
  await expect.poll(used).toHaveLength(2);
  await calls(channel, 50);
  expect(used()).toHaveLength(2);
  const [gone] = used();
  resolver.set(...backends.filter((backend) => backend !== gone));
  await expect.poll(used).toEqual(backends.filter((backend) => backend !== gone));
});

it.each([
  [{ subsetSize: 0, childPolicy: [{ round_robin: {} }] }, 'subsetSize'],
  [{ subsetSize: 2, childPolicy: [{ no_such_policy: {} }] }, 'none of the policies in childPolicy is known'],
])('refuses the subset %j', (random_subsetting_experimental, message) => {
  const serviceConfig = { loadBalancingConfig: [{ random_subsetting_experimental }] };
  expect(() => open({ target: 'x:1', serviceConfig })).toThrow(message);
});

it('watches the load on one connection after the other, and ends that with the channel', async () => {
  await using backend = await startBackend((stream) => {
    if (!stream.headers.path.endsWith('StreamCoreMetrics')) respondOk(stream);
  });
  const serviceConfig = { loadBalancingConfig: [{ weighted_round_robin: { enableOobLoadReport: true } }] };
  const channel = open({ target: `ipv4:${backend.address}`, serviceConfig });
  await calls(channel, 1);
  await expect.poll(() => backend.requests).toBe(2);
  for (const connection of backend.connections) connection.drain();
  await expect.poll(() => backend.accepted).toBe(2);
  await expect.poll(() => backend.requests).toBe(3);
  channel.close();
  await expect.poll(() => backend.connections.length).toBe(0);
});

it('leaves out an outlier, by the outlier detection of grpc-js around our policy', async () => {
  await using good = await startBackend();
  await using bad = await startBackend((stream) => stream.reset(ErrorCode.INTERNAL_ERROR));
  const outlierDetection = {
    interval: '0.2s',
    baseEjectionTime: '60s',
    maxEjectionPercent: 50,
    failurePercentageEjection: { threshold: 50, enforcementPercentage: 100, minimumHosts: 1, requestVolume: 5 },
    childPolicy: [{ round_robin: {} }],
  };
  const channel = open({
    target: `ipv4:${good.address},${bad.address}`,
    serviceConfig: { loadBalancingConfig: [{ outlier_detection_experimental: outlierDetection }] },
    eager: true,
  });
  await expect.poll(() => good.accepted + bad.accepted).toBe(2);
  await expect
    .poll(async () => {
      const before = bad.requests;
      for (let made = 0; made < 20; made++) await call(channel);
      return bad.requests - before;
    })
    .toBe(0);
  expect(bad.requests).toBeGreaterThan(4);
});

it('opens more connections while a server allows no more streams, and closes them when they are idle', async () => {
  const held: (() => void)[] = [];
  await using backend = await startBackend((stream) => held.push(() => stream.reset(ErrorCode.CANCEL)), {
    concurrentStreams: 2,
  });
  const channel = open({ target: `ipv4:${backend.address}`, maxConnections: 3 });
  const all = Array.from({ length: 8 }, () => call(channel));
  await expect.poll(() => held.length).toBe(6);
  expect(backend.accepted).toBe(3);
  expect(channel.stageTimes.stream).toBeGreaterThan(0);
  for (const release of held.splice(0)) release();
  await expect.poll(() => held.length).toBe(2);
  for (const release of held.splice(0)) release();
  expect((await Promise.all(all)).map((reason) => reason?.code)).toEqual(Array(8).fill(ErrorCode.CANCEL));
});

it('spreads calls over minConnections connections to one address', async () => {
  await using backend = await startBackend();
  const channel = open({ target: `ipv4:${backend.address}`, minConnections: 4 });
  await Promise.all(Array.from({ length: 100 }, () => call(channel)));
  await expect.poll(() => backend.accepted).toBe(4);
});

it('loses no call when the server drains its connection again and again', async () => {
  await using backend = await startBackend();
  const channel = open({ target: `ipv4:${backend.address}` });
  for (let turn = 0; turn < 20; turn++) {
    for (const connection of backend.connections) connection.drain();
    const reasons = await Promise.all(Array.from({ length: 20 }, () => call(channel)));
    for (const reason of reasons) expect([undefined, ErrorCode.REFUSED_STREAM]).toContain(reason?.code);
  }
  expect(backend.accepted).toBeGreaterThan(1);
});

it('uses a new server at once, and the remaining ones without a new connection', async () => {
  await using one = await startBackend();
  await using two = await startBackend();
  const resolver = new TestResolver(one);
  const channel = openTo(resolver, { clock: createFakeClock() });
  await calls(channel, 10);
  resolver.set(one, two);
  await expect.poll(() => two.accepted).toBe(1);
  await calls(channel, 100);
  expect(two.requests).toBeGreaterThan(20);
  resolver.set(two);
  await expect.poll(() => one.connections.length).toBe(0);
  expect([one.accepted, two.accepted]).toEqual([1, 1]);
});

it('uses a server within a second after a name server has added it', async () => {
  await using one = await startBackend();
  await using two = await startBackend(undefined, {}, one.port, '127.0.0.2');
  await using names = await startNameServer(1, '127.0.0.1');
  const clock = createFakeClock();
  const channel = open({ target: `dns://${names.address}/users.test:${one.port}`, clock });
  await calls(channel, 10);
  names.addresses = ['127.0.0.1', '127.0.0.2'];
  await clock.advance(1_000);
  await expect.poll(() => two.accepted).toBe(1);
  await expect.poll(() => calls(channel, 50).then(() => two.requests)).toBeGreaterThan(20);
  names.addresses = ['127.0.0.2'];
  await clock.advance(1_000);
  await expect.poll(() => one.connections.length).toBe(0);
});

it('follows a rollout of pods of Kubernetes', async () => {
  await using one = await startBackend();
  await using two = await startBackend(undefined, {}, one.port, '127.0.0.2');
  const authority = await createAuthority();
  await using api = await KubernetesApi.start(await authority.issueForServer('127.0.0.1'), authority.cert);
  const set = (name: string, address: string, conditions: object) =>
    api.set('users', name, { addressType: 'IPv4', ports: [], endpoints: [{ addresses: [address], conditions }] });
  set('users-1', '127.0.0.1', { ready: true });
  const target = `kubernetes:///users.shop:${one.port}`;
  const resolver = new KubernetesResolver(
    parseTarget(target, () => true),
    api.access,
  );
  const channel = open({ target, resolver });
  await calls(channel, 10);
  set('users-2', '127.0.0.2', { ready: true });
  await expect.poll(() => two.accepted).toBe(1);
  set('users-1', '127.0.0.1', { ready: false, serving: true, terminating: true });
  await expect.poll(() => one.connections.length).toBe(0);
  const { requests } = one;
  await calls(channel, 20);
  expect(one.requests).toBe(requests);
});

it('keeps its servers while the name server is down, returns wrong addresses, or returns none', async () => {
  await using one = await startBackend();
  await using gone = await startBackend();
  await gone.close();
  const resolver = new TestResolver(one);
  const channel = openTo(resolver, { backoff: { initialMs: 20, maxMs: 50 } });
  await calls(channel, 5);
  resolver.fail('the name server is away');
  await calls(channel, 5);
  resolver.set(gone);
  await calls(channel, 20);
  for (const socket of one.sockets) socket.destroy();
  await expect.poll(() => one.accepted).toBe(2);
  await calls(channel, 20);
  resolver.set();
  await calls(channel, 20);
  expect(one.accepted).toBe(2);
});

it.each([
  ['least_request_experimental', ': no server: '],
  ['pick_first', ': '],
  ['round_robin', ': round_robin: '],
])('%s fails a call with the cause when no server can be connected, unless it waits', async (policy, text) => {
  await using backend = await startBackend();
  await backend.close();
  const target = `ipv4:${backend.address}`;
  const serviceConfig = { loadBalancingConfig: [{ [policy]: {} }] };
  const channel = open({ target, serviceConfig, backoff: { initialMs: 20, maxMs: 50 } });
  const { address } = backend;
  const message = `[unavailable] ${target}${text}${address}: connect ECONNREFUSED ${address}`;
  await expect(call(channel)).rejects.toMatchObject({ message });
  const waiting = call(channel, true);
  await using again = await startBackend(undefined, {}, backend.port);
  expect(await waiting).toBeUndefined();
  expect(again.accepted).toBe(1);
});

it('tells what to check when the server does not speak HTTP/2', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const channel = open({ target: `ipv4:127.0.0.1:${(server.address() as AddressInfo).port}` });
  await expect(call(channel)).rejects.toThrow(/no HTTP\/2 from the server: .*needs TLS.*only has HTTP\/1.1$/);
});

it('fails a call when the name cannot be resolved', async () => {
  const channel = open({ target: 'dns:///name.invalid:9000' });
  await expect(call(channel)).rejects.toThrow('name.invalid cannot be resolved');
});

it('detects a dead connection by PING, and sends PING no more often than servers accept', async () => {
  await using backend = await startBackend(() => {});
  const clock = createFakeClock();
  const channel = open({ target: `ipv4:${backend.address}`, clock });
  let end: StreamClose | undefined;
  void call(channel).then((reason) => {
    end = reason;
  });
  await expect.poll(() => backend.requests).toBe(1);
  // The server is alive, but its sockets are neither read nor written any more.
  for (const socket of backend.sockets) socket.pause().removeAllListeners('data');
  await clock.advance(defaultKeepalive.silenceMs + defaultKeepalive.timeoutMs - 500);
  expect(end).toBeUndefined();
  await clock.advance(1_500);
  await expect.poll(() => end).toMatchObject({ by: 'connection' });
});

it('closes its connections when it is idle, and connects again for the next call', async () => {
  await using backend = await startBackend();
  const clock = createFakeClock();
  const channel = open({ target: `ipv4:${backend.address}`, clock });
  await calls(channel, 1);
  await clock.advance(179_000);
  expect(backend.connections).toHaveLength(1);
  await clock.advance(2_000);
  await expect.poll(() => backend.connections.length).toBe(0);
  await calls(channel, 1);
  expect(backend.accepted).toBe(2);
});

it('lets calls end when it is closed, and takes no new ones', async () => {
  let release = () => {};
  await using backend = await startBackend((stream) => {
    release = () => stream.reset(ErrorCode.CANCEL);
  });
  const channel = open({ target: `ipv4:${backend.address}` });
  const running = call(channel);
  await expect.poll(() => backend.requests).toBe(1);
  channel.close();
  await expect(call(channel)).rejects.toThrow('the channel is closed');
  release();
  expect(await running).toMatchObject({ code: ErrorCode.CANCEL });
  await expect.poll(() => backend.connections.length).toBe(0);
});

it('does not connect in a loop to a server that closes each connection', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  onTestFinished(() => random.mockRestore());
  await using backend = await startBackend((stream) => stream.connection.socket.destroy());
  const clock = createFakeClock();
  const channel = open({ target: `ipv4:${backend.address}`, eager: true, clock });
  await call(channel);
  for (const waitMs of [20, 32]) {
    const { accepted } = backend;
    const next = call(channel);
    await clock.advance(waitMs - 1);
    expect(backend.accepted).toBe(accepted);
    await clock.advance(1);
    await next;
  }
});

it.each([
  ['dns:////x', 'invalid address'],
  ['', 'invalid target'],
  ['ipv4:a:b:c', 'invalid address'],
  ['x:99999', 'invalid port'],
  ['https://users:9000', 'https is the option tls'],
  ['10.0.0.1:9000,10.0.0.2:9000', 'a list of addresses begins with ipv4:'],
])('refuses the target %j', (target, message) => {
  expect(() => open({ target })).toThrow(message);
});

it('names the invalid fields of a service config', () => {
  const bad = { methodConfig: [{ name: [{}], timeout: '1', retryPolicy: { maxAttempts: 1 } }] };
  expect(() => open({ target: 'x:1', serviceConfig: bad as never })).toThrow(/timeout[\s\S]*initialBackoff/);
  const unknown = { loadBalancingConfig: [{ no_such_policy: {} }] };
  expect(() => open({ target: 'x:1', serviceConfig: unknown })).toThrow('there is no policy no_such_policy');
});
