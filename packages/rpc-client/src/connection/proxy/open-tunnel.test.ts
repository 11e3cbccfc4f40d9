import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { Code, createClient } from '@connectrpc/connect';
import { createAuthority } from '@example/kit/authority';
import { UserService } from '@example/protos/user/v1';
import { serve } from '@example/rpc-server';
import { failureOf, silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startBackend } from '../../testing/backend.ts';
import { type ProxyServer, startProxyServer } from '../../testing/proxy-server.ts';
import { createTransport } from '../../transport/create-transport.ts';
import type { TransportOptions } from '../../transport/transport-options.ts';

const authority = await createAuthority();
afterEach(() => vi.unstubAllEnvs());

/** @returns the port of a server at `users.test`, and the proxy that knows that name */
async function start(options: { hasTls?: boolean; host?: string } = {}) {
  const keyPair = await authority.issueForServer('users.test', 'localhost');
  const server = await serve({
    config: { ...testConfig, ...(options.hasTls === true && { tls: () => keyPair }) },
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
  });
  onTestFinished(() => server.close(0));
  const proxy = await startProxyServer();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return { port: new URL(server.url).port, proxy };
}

function usersAt(target: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ target, ...options });
  onTestFinished(() => transport.close());
  return createClient(UserService, transport);
}

const urlOf = ({ port }: ProxyServer) => `http://127.0.0.1:${port}`;

describe('a proxy of the environment', () => {
  it('resolves the name of the server', async () => {
    const { port, proxy } = await start();
    vi.stubEnv('https_proxy', urlOf(proxy));
    expect(await usersAt(`dns:///users.test:${port}`).getUser({ id: '7' })).toMatchObject({ id: '7' });
    expect(proxy.requests.map(({ url }) => url)).toEqual([`users.test:${port}`]);
  });

  it('is passed by for a server at a loopback address, and by a transport that switches it off', async () => {
    const { port, proxy } = await start();
    vi.stubEnv('https_proxy', urlOf(proxy));
    await usersAt(`127.0.0.1:${port}`).getUser({ id: '7' });
    await failureOf(usersAt(`users.test:${port}`, { proxy: false, connectTimeoutMs: 2_000 }).getUser({ id: '7' }));
    expect(proxy.requests).toHaveLength(0);
  });
});

describe.each(['grpc', 'grpc-web', 'connect'] as const)('%s through a proxy', (protocol) => {
  it.each(['2', '1.1'] as const)('with TLS to the server, over HTTP/%s', async (httpVersion) => {
    if (protocol === 'grpc' && httpVersion === '1.1') return;
    const { port, proxy } = await start({ hasTls: true });
    const options = { protocol, httpVersion, proxy: urlOf(proxy), tls: { ca: authority.cert } };
    const users = usersAt(`users.test:${port}`, options);
    const calls = ['7', '8', '9'].map((id) => users.getUser({ id }));
    expect((await Promise.all(calls)).map(({ id }) => id)).toEqual(['7', '8', '9']);
    expect(proxy.requests.length).toBeGreaterThan(0);
  });
});

it('checks the name of the server, and not that of the proxy', async () => {
  const { port, proxy } = await start({ hasTls: true });
  const options = { proxy: urlOf(proxy), tls: { ca: authority.cert } };
  expect((await failureOf(usersAt(`other.test:${port}`, options).getUser({}))).message).toContain('other.test');
});

it('calls by HTTP/1.1 without TLS', async () => {
  const { port, proxy } = await start();
  const users = usersAt(`users.test:${port}`, { protocol: 'connect', httpVersion: '1.1', proxy: urlOf(proxy) });
  expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
});

it('names an IPv6 server with brackets', async () => {
  const { proxy } = await start();
  await failureOf(usersAt('ipv6:[::1]:1', { proxy: urlOf(proxy) }).getUser({}));
  expect(proxy.requests[0]?.url).toBe('[::1]:1');
});

it('reaches a proxy by TLS', async () => {
  const { port } = await start({ hasTls: true });
  await using proxy = await startProxyServer(await authority.issueForServer('localhost'));
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  const options = { proxy: `https://localhost:${proxy.port}`, tls: { ca: authority.cert } };
  expect(await usersAt(`users.test:${port}`, options).getUser({ id: '7' })).toMatchObject({ id: '7' });
});

it('reads what the server sends at once, together with the response of the proxy', async () => {
  await using backend = await startBackend();
  await using proxy = await startProxyServer();
  proxy.joinsFirstBytes = true;
  const users = usersAt(`users.test:${backend.port}`, { proxy: urlOf(proxy) });
  expect(await users.getUser({})).toMatchObject({ id: '0' });
});

it('sends the user and the password to the proxy, and not to the server', async () => {
  const { port, proxy } = await start();
  const users = usersAt(`users.test:${port}`, { proxy: `http://me:secret@127.0.0.1:${proxy.port}` });
  await users.getUser({ id: '7' });
  const sent = proxy.requests[0]?.headers['proxy-authorization'];
  expect(sent).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
});

describe('a refusal of a proxy', () => {
  it.each([
    [407, 'does not accept the user and the password of its URL'],
    [403, 'does not allow connections to users.test:9000'],
    [401, 'does not accept the user and the password of its URL'],
    [500, 'has no connection to users.test:9000'],
    [502, 'has no connection to users.test:9000'],
    [404, 'check that it is a proxy'],
  ])('%i tells what to do, without the body and the password', async (status, text) => {
    const { proxy } = await start();
    proxy.refusal = `HTTP/1.1 ${status} Private words\r\ncontent-length: 12\r\n\r\nprivate page`;
    const users = usersAt('users.test:9000', { proxy: `http://me:secret@127.0.0.1:${proxy.port}` });
    const error = await failureOf(users.getUser({ id: '7' }));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.message).toContain(text);
    expect(error.message).toContain(`127.0.0.1:${proxy.port}`);
    expect(inspect(error, { depth: 9 })).not.toMatch(/secret|[Pp]rivate|bWU6/);
  });

  it('407 asks for a user and a password if there are none', async () => {
    const { proxy } = await start();
    proxy.refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
    const error = await failureOf(usersAt('users.test:9000', { proxy: urlOf(proxy) }).getUser({}));
    expect(error.message).toContain('put them into its URL');
  });

  it('is known for a proxy that cannot be reached, or ends the connection', async () => {
    const { proxy } = await start();
    const unreachable = await failureOf(usersAt('users.test:9000', { proxy: 'http://127.0.0.1:1' }).getUser({}));
    expect(unreachable).toMatchObject({ code: Code.Unavailable });
    expect(unreachable.message).toContain('the proxy 127.0.0.1:1 cannot be reached');
    proxy.refusal = '\r\n';
    const ended = await failureOf(usersAt('users.test:9000', { proxy: urlOf(proxy) }).getUser({}));
    expect(ended.message).toContain('ended the connection');
  });
});

it('waits no longer for a proxy that hangs than for any connection', async () => {
  const { proxy } = await start();
  proxy.isMute = true;
  const users = usersAt('users.test:9000', { proxy: urlOf(proxy), connectTimeoutMs: 100 });
  const error = await failureOf(users.getUser({}));
  expect(error).toMatchObject({ code: Code.Unavailable });
  expect(error.message).toContain('has not responded to CONNECT: no connection within 100 ms');
});
