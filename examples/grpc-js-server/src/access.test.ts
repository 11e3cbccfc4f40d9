import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { OrderStatus } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ServerReflection } from './gen/grpc/reflection/v1/reflection_pb.ts';
import { Health, HealthCheckResponse_ServingStatus as Status } from './gen/health/v1/health_pb.ts';
import { all, clientsOf, failureOf, type ServerProcess, startServer, stream } from './server-process.fixture.ts';

let folder: string;
let issuer: TokenIssuer;
let server: ServerProcess;

const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grpc-js-access-'));
  issuer = await createTokenIssuer('https://issuer.example.org', 'example');
});
afterEach(() => server.end('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = (address: string) => createGrpcTransport({ baseUrl: `http://${address}` });

describe('grpc-js-server with --jwks', () => {
  const start = async () => {
    server = await startServer('--jwks', fileWith('jwks.json', JSON.stringify(issuer.jwks)));
  };
  const as = async (subject: string, ...scopes: string[]) => clientsOf(server, await issuer.issue({ subject, scopes }));

  it('requires a valid token', async () => {
    await start();
    const stranger = await createTokenIssuer('https://issuer.example.org', 'example');
    const tokens = [
      undefined,
      'nonsense',
      await stranger.issue({ subject: 'aoife', scopes: ['admin'] }),
      await issuer.issue({ subject: 'aoife', scopes: ['admin'], lifetimeSeconds: -60 }),
      await issuer.sign({ sub: { toString: 1 }, scope: 'admin' }),
      await issuer.sign({ sub: ['aoife'], scope: 'admin' }),
    ];
    for (const token of tokens) {
      expect((await failureOf(clientsOf(server, token).users.getUser({ id: '1' }))).code).toBe(Code.Unauthenticated);
    }
    expect((await (await as('aoife', 'users.read')).users.getUser({ id: '1' })).name).toBe('Aoife');
  });

  it('allows the methods that the scopes of a token include', async () => {
    await start();
    const { users } = await as('aoife', 'users.read');
    const error = await failureOf(users.createUser({ name: 'a', email: 'a@example.com' }));
    expect(error.code).toBe(Code.PermissionDenied);
    const admin = await as('root', 'admin');
    expect((await admin.users.createUser({ name: 'a', email: 'a@example.com' })).id).toBe('4');
  });

  it('allows a customer access only to their own orders', async () => {
    await start();
    const { orders: aoife } = await as('aoife', 'orders.read', 'orders.write');
    const { orders: cillian } = await as('cillian', 'orders.read', 'orders.write');
    const { id } = await aoife.createOrder({ customerId: 'aoife' });
    expect((await failureOf(aoife.createOrder({ customerId: 'cillian' }))).code).toBe(Code.PermissionDenied);
    expect((await failureOf(cillian.getOrder({ id }))).code).toBe(Code.NotFound);
    const confirm = { id, status: OrderStatus.CONFIRMED };
    expect((await failureOf(aoife.updateOrderStatus(confirm))).code).toBe(Code.PermissionDenied);
    const said = await all(aoife.orderChat(stream({ orderId: id, text: 'mine' })));
    expect(said.map(({ sender }) => sender)).toEqual(['aoife']);
  });

  it('serves health without a token, and reflection with any valid one', async () => {
    await start();
    const health = createClient(Health, plain(server.orderAddress));
    expect((await health.check({ service: 'order.v1.OrderService' })).status).toBe(Status.SERVING);
    const question = { messageRequest: { case: 'listServices', value: '' } } as const;
    const reflection = createClient(ServerReflection, plain(server.orderAddress));
    const error = await failureOf(all(reflection.serverReflectionInfo(stream(question))));
    expect(error.code).toBe(Code.Unauthenticated);
    const headers = { authorization: `Bearer ${await issuer.issue({ subject: 'aoife', scopes: [] })}` };
    expect(await all(reflection.serverReflectionInfo(stream(question), { headers }))).toHaveLength(1);
  });
});

it('grpc-js-server with --calls-per-second responds with the time to wait before a retry', async () => {
  server = await startServer('--calls-per-second', '3');
  const { users } = clientsOf(server);
  const calls = await Promise.allSettled(Array.from({ length: 20 }, () => users.getUser({ id: '1' })));
  const errors = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []));
  expect(errors.length).toBeGreaterThanOrEqual(20 - 4 * 3);
  for (const error of errors) {
    expect(error.code).toBe(Code.ResourceExhausted);
    const [{ retryDelay } = {}] = error.findDetails(RetryInfoSchema);
    expect(retryDelay.nanos).toBeGreaterThan(0);
  }
});

it('grpc-js-server with --tls-cert and --tls-key serves TLS', async () => {
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1');
  server = await startServer('--tls-cert', fileWith('cert.pem', cert), '--tls-key', fileWith('key.pem', key));
  const baseUrl = `https://${server.userAddress}`;
  const users = createClient(UserService, createGrpcTransport({ baseUrl, nodeOptions: { ca: authority.cert } }));
  expect((await users.getUser({ id: '1' })).name).toBe('Aoife');
});

it.each([
  [['--tls-cert', 'x'], /^grpc-js-server: set both --tls-cert and --tls-key, or neither\n$/],
  [['--jwks', 'nowhere.json'], /^grpc-js-server: ENOENT.*nowhere\.json'\n$/],
  [['--calls-per-second', '0'], /^grpc-js-server: --calls-per-second must be a whole number.*\n$/],
  [['--port', '1'], /^grpc-js-server: Unknown option '--port'.*\n$/],
])('reports in one line what is wrong with %j', async (args, stderr) => {
  await expect(startServer(...args)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringMatching(stderr) }),
  );
});
