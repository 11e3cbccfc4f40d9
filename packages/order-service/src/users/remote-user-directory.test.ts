import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';
import { PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import { OrderService } from '@example/protos/order/v1';
import type { ServerConfig } from '@example/rpc-server';
import { failureOf, type ServiceProcess, silentLogger, startProcess, testConfig } from '@example/rpc-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startOrderService } from '../start.ts';
import type { UsersConfig } from './remote-user-directory.ts';

const userService = join(import.meta.dirname, '../../../user-service/src/main.ts');

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-users-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startUsers(folder: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const service = await startProcess(userService, { DATABASE_URL: `sqlite:${join(folder, 'users.db')}`, ...env });
  onTestFinished(async () => void (await service.end('SIGKILL')));
  return service;
}

async function startOrders(
  folder: string,
  users: UsersConfig | undefined,
  config: Partial<ServerConfig> = {},
): Promise<Client<typeof OrderService>> {
  const database = { kind: 'sqlite' as const, path: join(folder, 'orders.db') };
  const server = await startOrderService({ server: { ...testConfig, ...config }, database, users }, silentLogger);
  onTestFinished(() => server.close(0));
  return createClient(OrderService, createGrpcTransport({ baseUrl: server.url }));
}

it('accepts orders of existing users, and of customers that are not users', async () => {
  const folder = temporaryFolder();
  const { url } = await startUsers(folder);
  const orders = await startOrders(folder, { target: new URL(url).host, ca: undefined });
  for (const customerId of ['usr-1', 'aoife', 'usr-', 'usr-x', 'usr-01', 'usr-1 ']) {
    expect(await orders.createOrder({ customerId })).toMatchObject({ customerId });
  }
});

it.each(['usr-999', 'usr-99999999999999999999'])('refuses an order of the missing user %s', async (id) => {
  const folder = temporaryFolder();
  const { url } = await startUsers(folder);
  const orders = await startOrders(folder, { target: new URL(url).host, ca: undefined });
  const error = await failureOf(orders.createOrder({ customerId: id }));
  expect(error.code).toBe(Code.FailedPrecondition);
  expect(error.rawMessage).toBe(`there is no user ${id}: create the user first, or use the id of one that exists`);
  expect(error.findDetails(PreconditionFailureSchema)[0]?.violations).toMatchObject([
    { type: 'CUSTOMER', subject: id },
  ]);
  for await (const order of orders.listOrders({ customerId: id })) expect(order).toBeUndefined();
});

it('accepts every order without the setting', async () => {
  const orders = await startOrders(temporaryFolder(), undefined);
  expect(await orders.createOrder({ customerId: 'usr-999' })).toMatchObject({ customerId: 'usr-999' });
});

it('reports UNAVAILABLE, without an address, while UserService is down', async () => {
  const folder = temporaryFolder();
  const users = await startUsers(folder);
  const orders = await startOrders(folder, { target: new URL(users.url).host, ca: undefined });
  await users.end('SIGKILL');
  const error = await failureOf(orders.createOrder({ customerId: 'usr-1' }));
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).toMatch(/^a call to another service failed/);
  expect(await orders.createOrder({ customerId: 'aoife' })).toMatchObject({ customerId: 'aoife' });
});

it('sends the token of the caller, over TLS', async () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1');
  const { issuer, audience, jwks, issue } = await createTokenIssuer('https://issuer.example.com', 'example');
  const keys = write('jwks.json', JSON.stringify(jwks));
  const users = await startUsers(folder, {
    ...{ TLS_CERT: write('cert.pem', cert), TLS_KEY: write('key.pem', key) },
    ...{ AUTH_JWKS: keys, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience },
  });
  const target = `localhost:${new URL(users.url).port}`;
  const orders = await startOrders(
    folder,
    { target, ca: write('ca.pem', authority.cert) },
    { auth: { jwks: keys, issuer, audience, scopeClaim: 'scope' } },
  );
  const withScopes = async (...scopes: string[]) => ({
    headers: { authorization: `Bearer ${await issue({ subject: 'usr-1', scopes })}` },
  });
  const order = { customerId: 'usr-1' };
  expect(await orders.createOrder(order, await withScopes('orders.write', 'users.read'))).toMatchObject(order);
  const error = await failureOf(orders.createOrder(order, await withScopes('orders.write')));
  expect([error.code, error.rawMessage]).toEqual([
    Code.PermissionDenied,
    'an order for a user needs a token with the scope users.read as well',
  ]);
});
