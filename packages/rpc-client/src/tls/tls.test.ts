import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { type Authority, createAuthority } from '@example/kit/authority';
import { UserService } from '@example/protos/user/v1';
import { type RunningServer, serve } from '@example/rpc-server';
import { failureOf, silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportOptions } from '../transport/transport-options.ts';

let authority: Authority;
let folder: string;
beforeAll(async () => {
  authority = await createAuthority();
  folder = mkdtempSync(join(tmpdir(), 'client-tls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(isMutual = false): Promise<RunningServer> {
  const keyPair = await authority.issueForServer('localhost');
  const tls = { ...keyPair, ...(isMutual && { clientCa: authority.cert }) };
  const server = await serve({
    config: { ...testConfig, tls: () => tls },
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
  });
  onTestFinished(() => server.close(0));
  return server;
}

function usersAt(target: string, options: Omit<TransportOptions, 'target'>) {
  const transport = createTransport({ target, ...options });
  onTestFinished(() => transport.close());
  return createClient(UserService, transport);
}

const targetOf = ({ url }: RunningServer) => new URL(url).host;

describe.each(['grpc', 'grpc-web', 'connect'] as const)('%s with TLS', (protocol) => {
  it('calls a server whose certificate is signed by the CA', async () => {
    const users = usersAt(targetOf(await start()), { protocol, tls: { ca: authority.cert } });
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  });

  it('refuses a server whose certificate is signed by another CA', async () => {
    const users = usersAt(targetOf(await start()), { protocol, tls: true });
    expect((await failureOf(users.getUser({ id: '7' }))).message).toContain('set tls.ca');
  });
});

it('asks whether a server without TLS has TLS', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const users = usersAt(`localhost:${(server.address() as { port: number }).port}`, { tls: true });
  expect((await failureOf(users.getUser({}))).message).toContain('check the port and the option tls');
});

it('checks the name of the server', async () => {
  const tls = { ca: authority.cert, serverName: 'other.example.com' };
  const users = usersAt(targetOf(await start()), { tls });
  expect((await failureOf(users.getUser({ id: '7' }))).message).toContain(tls.serverName);
});

it('sends its certificate to the server, and reads its files again for each connection', async () => {
  const server = await start(true);
  const path = (name: string) => join(folder, name);
  const files = { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem') };
  writeFileSync(files.ca, authority.cert);
  const stranger = await createAuthority();
  const write = async (issuer: Authority) => {
    const { cert, key } = await issuer.issueForClient('caller');
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
  };
  await write(stranger);
  const users = usersAt(targetOf(server), { tls: files, backoff: { initialMs: 10, maxMs: 10 } });
  await failureOf(users.getUser({ id: '7' }));
  await write(authority);
  await expect.poll(() => users.getUser({ id: '7' }).catch(() => undefined)).toMatchObject({ id: '7' });
});

it('names the file that it cannot read', async () => {
  const users = usersAt(targetOf(await start()), { tls: { ca: join(folder, 'missing.pem') } });
  expect((await failureOf(users.getUser({ id: '7' }))).message).toMatch(/tls\.ca=.*missing\.pem.*cannot be read/);
});

it('requires cert and key together', () => {
  expect(() => createTransport({ target: 'localhost:1', tls: { cert: 'cert.pem' } })).toThrow('tls.cert and tls.key');
});

describe('a server without HTTP/2', () => {
  async function startHttp1() {
    const { cert, key } = await authority.issueForServer('localhost');
    const handler = connectNodeAdapter({
      routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
    });
    const server = createHttpsServer({ cert, key }, handler).listen(0, 'localhost');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return `localhost:${(server.address() as { port: number }).port}`;
  }

  it.each(['connect', 'grpc-web'] as const)('is called with %s over HTTP/1.1', async (protocol) => {
    const users = usersAt(await startHttp1(), { protocol, tls: { ca: authority.cert } });
    const calls = Array.from({ length: 20 }, (_, index) => users.getUser({ id: `${index}` }));
    expect((await Promise.all(calls)).map(({ id }) => Number(id))).toEqual(calls.map((_, index) => index));
  });

  it('cannot be called with gRPC, and the error names the reason', async () => {
    const users = usersAt(await startHttp1(), { tls: { ca: authority.cert } });
    expect((await failureOf(users.getUser({ id: '7' }))).message).toMatch(/HTTP\/2/);
  });
});

it('calls a server on a unix socket', async () => {
  const path = join(folder, 'users.sock');
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
  });
  onTestFinished(() => server.close(0));
  const relay = createServer((socket) => {
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.pipe(upstream).pipe(socket);
    for (const each of [socket, upstream]) each.on('error', () => {});
  });
  relay.listen(path);
  await once(relay, 'listening');
  onTestFinished(() => void relay.close());
  expect(await usersAt(`unix:${path}`, {}).getUser({ id: '7' })).toMatchObject({ id: '7' });
});
