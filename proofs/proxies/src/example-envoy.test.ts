import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { createAuthority } from '@example/kit/authority';
import { installEnvoy, runEnvoy } from '@example/kit/envoy';
import { type ExampleEnvoyOptions, startExampleEnvoy, writeExampleConfig } from '@example/kit/example-envoy';
import { jsonLine, type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { skipReason } from '@example/kit/toolchains';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const missing = await skipReason(installEnvoy);
const origin = 'https://app.example.com';

let folder: string;
let ending: AsyncDisposableStack;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'example-envoy-'));
  ending = new AsyncDisposableStack();
});
afterEach(async () => {
  await ending.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function startService(
  name: 'user-service' | 'order-service',
  env: Readonly<Record<string, string>> = {},
  onLine = (_: string) => {},
): Promise<NodeServer & { readonly port: number }> {
  const main = join(root, 'packages', name, 'src/main.ts');
  const DATABASE_URL = `sqlite:${join(mkdtempSync(join(folder, name)), 'store.db')}`;
  const server = ending.use(await startNodeServer(main, { HOST: '127.0.0.1', DATABASE_URL, ...env }, { onLine }));
  return { ...server, port: Number(new URL(server.url).port) };
}

/** Starts Envoy, and collects the lines of its access log. */
async function startFront(options: ExampleEnvoyOptions) {
  const lines: Record<string, unknown>[] = [];
  const onLine = (line: string) => {
    const fields = jsonLine(line);
    if (fields !== undefined) lines.push(fields);
  };
  const envoy = ending.use(await startExampleEnvoy({ ...options, onLine }));
  const scheme = options.tlsFolder === undefined ? 'http' : 'https';
  return { port: envoy.port, baseUrl: `${scheme}://127.0.0.1:${envoy.port}`, lines };
}

/** The certificates that secrets/ names, and one certificate for both services. */
async function createCertificates(): Promise<{ tlsFolder: string; env: Record<string, string>; ca: string }> {
  const tlsFolder = join(folder, 'tls');
  mkdirSync(tlsFolder);
  const write = (name: string, content: string) => {
    writeFileSync(join(tlsFolder, name), content);
    return join(tlsFolder, name);
  };
  const authority = await createAuthority();
  const front = await authority.issueForServer('localhost', '127.0.0.1');
  const client = await authority.issueForClient('envoy');
  const services = await authority.issueForServer('user-service', 'order-service');
  write('cert.pem', front.cert);
  write('key.pem', front.key);
  write('client-cert.pem', client.cert);
  write('client-key.pem', client.key);
  const TLS_CLIENT_CA = write('ca.pem', authority.cert);
  const [TLS_CERT, TLS_KEY] = [write('services.pem', services.cert), write('services-key.pem', services.key)];
  const env = { TLS_CERT, TLS_KEY, TLS_CLIENT_CA };
  return { tlsFolder, env, ca: authority.cert };
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const message of messages) collected.push(message);
  return collected;
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error) => ConnectError.from(error),
  );
}

/** A server that reports SERVING, but fails all calls with UNAVAILABLE. */
async function startUnavailable() {
  let calls = 0;
  const fail = () => {
    calls += 1;
    throw new ConnectError('not now', Code.Unavailable);
  };
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: fail, createUser: fail }),
  });
  ending.defer(() => server.close(0));
  return { port: Number(new URL(server.url).port), calls: () => calls };
}

const orderPorts = { 'order-service': [] };

describe.skipIf(missing)(`the example of Envoy${missing === undefined ? '' : `: ${missing}`}`, () => {
  it('is valid for Envoy', async () => {
    const { tlsFolder } = await createCertificates();
    const upstreams = { 'user-service': [9000], 'order-service': [50051] };
    const config = writeExampleConfig(folder, { port: 8443, upstreams, origins: [origin], tlsFolder });
    const program = runEnvoy(config, ['--mode', 'validate', '-l', 'warning']);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.lastLines).toBe(`configuration '${config}' OK`);
  });

  it('accepts gRPC-Web from a browser, gRPC and Connect for both services, with TLS on both sides', async () => {
    const { tlsFolder, env, ca } = await createCertificates();
    const users = await startService('user-service', env);
    const orders = await startService('order-service', env);
    const upstreams = { 'user-service': [users.port], 'order-service': [orders.port] };
    const { baseUrl, lines } = await startFront({ upstreams, tlsFolder });
    setDefaultCACertificates([...getCACertificates(), ca]);
    const grpc = createGrpcTransport({ baseUrl, nodeOptions: { ca } });
    for (const transport of [createGrpcWebTransport({ baseUrl }), createConnectTransport({ baseUrl }), grpc]) {
      expect(await createClient(UserService, transport).getUser({ id: '1' })).toMatchObject({ name: 'Aoife' });
      const v2 = createClient(UserServiceV2, transport);
      const failed = await failureOf(v2.createUser({ user: { name: '', email: '' } }));
      const fields = failed.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
      expect(fields.map(({ field }) => field)).toEqual(['user.name', 'user.email']);
      const orderClient = createClient(OrderService, transport);
      const order = await orderClient.createOrder({ customerId: 'c', items: [] });
      const listed = await all(orderClient.listOrders({ customerId: 'c' }));
      expect(listed.at(-1)).toEqual(order);
    }
    const chat = createClient(OrderService, grpc).orderChat(
      (async function* () {
        const [order] = await all(createClient(OrderService, grpc).listOrders({ customerId: 'c' }));
        yield { orderId: order?.id ?? '', sender: 'Aoife', text: 'Hello' };
      })(),
    );
    expect(await all(chat)).toMatchObject([{ text: 'Hello' }]);
    await expect.poll(() => lines.length).toBeGreaterThan(0);
    expect(lines[0]).toMatchObject({ rpc: '/user.v1.UserService/GetUser', attempts: 1, httpStatus: 200, flags: '-' });
  });

  it('lets pages of its origins call, and no others', async () => {
    const users = await startService('user-service', { CORS_ORIGINS: origin });
    const upstreams = { 'user-service': [users.port], ...orderPorts };
    const { baseUrl } = await startFront({ upstreams, origins: [origin] });
    const url = `${baseUrl}/user.v1.UserService/GetUser`;
    const ask = async (from: string) => {
      const fields = { origin: from, 'access-control-request-method': 'POST' };
      const preflight = await fetch(url, { method: 'OPTIONS', headers: fields });
      const body = {
        method: 'POST',
        headers: { origin: from, 'content-type': 'application/json' },
        body: '{"id":"1"}',
      };
      const called = await fetch(url, body);
      return [preflight, called].map(({ headers }) => headers.get('access-control-allow-origin'));
    };
    expect(await ask(origin)).toEqual([origin, origin]);
    expect(await ask('https://other.example.com')).toEqual([null, null]);
  });

  it('sends the address of the client to a service that trusts it, whatever the client claims', async () => {
    const peers: unknown[] = [];
    const users = await startService('user-service', { TRUSTED_PROXIES: '127.0.0.1' }, (line) => {
      const fields = jsonLine(line);
      if (fields?.['rpc'] === '/user.v1.UserService/GetUser') peers.push(fields['peer'], fields['requestId']);
    });
    const { port } = await startFront({ upstreams: { 'user-service': [users.port], ...orderPorts } });
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.9', 'x-request-id': 'mine' };
    const path = '/user.v1.UserService/GetUser';
    const body = await new Promise<string>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', localAddress: '127.0.0.2', port, path, method: 'POST', headers }, (response) =>
        resolve(text(response)),
      )
        .once('error', reject)
        .end('{"id":"1"}');
    });
    expect(body).toContain('Aoife');
    await expect.poll(() => peers).toEqual(['127.0.0.2', 'mine']);
  });

  it('fails no call when a replica dies', async () => {
    const [dying, other] = [await startService('user-service'), await startService('user-service')];
    const { baseUrl } = await startFront({ upstreams: { 'user-service': [dying.port, other.port], ...orderPorts } });
    const client = createClient(UserService, createGrpcWebTransport({ baseUrl }));
    for (let call = 0; call < 10; call++) await client.getUser({ id: '1' });
    await dying.program.end('SIGKILL');
    for (let call = 0; call < 20; call++) {
      await client.getUser({ id: '1' });
      await client.createUser({ name: 'Maeve', email: 'maeve@example.com' });
    }
  });

  it('repeats reads to which a replica does not respond', async () => {
    const [hung, other] = [await startService('user-service'), await startService('user-service')];
    const { baseUrl, lines } = await startFront({
      upstreams: { 'user-service': [hung.port, other.port], ...orderPorts },
    });
    const client = createClient(UserService, createGrpcWebTransport({ baseUrl }));
    await Promise.all(Array.from({ length: 10 }, () => client.getUser({ id: '1' })));
    hung.program.signal('SIGSTOP');
    const calls = Array.from({ length: 20 }, () => client.getUser({ id: '1' }));
    expect(await Promise.all(calls)).toHaveLength(20);
    await expect.poll(() => lines.some(({ attempts }) => attempts === 2)).toBe(true);
    hung.program.signal('SIGCONT');
  });

  it('ends a call at its deadline when its only replica hangs', async () => {
    const users = await startService('user-service');
    const { baseUrl } = await startFront({ upstreams: { 'user-service': [users.port], ...orderPorts } });
    const client = createClient(UserService, createGrpcTransport({ baseUrl }));
    await client.getUser({ id: '1' });
    users.program.signal('SIGSTOP');
    const headers = { 'grpc-timeout': '300m' };
    const failed = await failureOf(client.createUser({ name: 'Maeve', email: 'maeve@example.com' }, { headers }));
    users.program.signal('SIGCONT');
    expect(failed.code).toBe(Code.DeadlineExceeded);
  });

  it('repeats reads that are UNAVAILABLE, and no writes', async () => {
    const [broken, users] = [await startUnavailable(), await startService('user-service')];
    const { baseUrl } = await startFront({ upstreams: { 'user-service': [broken.port, users.port], ...orderPorts } });
    for (const transport of [createGrpcWebTransport({ baseUrl }), createConnectTransport({ baseUrl })]) {
      const client = createClient(UserService, transport);
      while (broken.calls() === 0) expect(await client.getUser({ id: '1' })).toMatchObject({ name: 'Aoife' });
    }
    const repeated = broken.calls();
    const client = createClient(UserService, createGrpcWebTransport({ baseUrl }));
    const create = () => client.createUser({ name: 'Maeve', email: 'maeve@example.com' });
    let failures = 0;
    while (failures === 0) await create().catch(() => failures++);
    expect(broken.calls()).toBe(repeated + 1);
  });

  it('sends no calls to a replica whose calls fail', async () => {
    const [broken, users] = [await startUnavailable(), await startService('user-service')];
    const { baseUrl } = await startFront({ upstreams: { 'user-service': [broken.port, users.port], ...orderPorts } });
    const client = createClient(UserService, createGrpcWebTransport({ baseUrl }));
    const callsOf20 = async () => {
      const before = broken.calls();
      for (let call = 0; call < 20; call++) await client.getUser({ id: '1' });
      return broken.calls() - before;
    };
    expect(await callsOf20()).toBeGreaterThan(0);
    await expect.poll(callsOf20).toBe(0);
  });

  it('returns UNIMPLEMENTED for calls without a route, and UNAVAILABLE without a replica', async () => {
    const { baseUrl } = await startFront({ upstreams: { 'user-service': [], ...orderPorts } });
    const failed = await failureOf(
      createClient(UserService, createGrpcTransport({ baseUrl })).getUser({ id: '1' }, { timeoutMs: 30_000 }),
    );
    expect(failed.code).toBe(Code.Unavailable);
    const other = await fetch(`${baseUrl}/other.v1.Service/Get`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
    });
    expect(other.headers.get('grpc-status')).toBe(`${Code.Unimplemented}`);
  });
});
