import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import type { RunningServer } from '@example/rpc-server';
import { failureOf, fieldsAtFault, silentLogger, testConfig } from '@example/rpc-server/testing';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startUserService } from './start.ts';

let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'user-service-'));
  server = await startUserService(
    { server: testConfig, database: { kind: 'sqlite', path: join(folder, 'user.db') } },
    silentLogger,
  );
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

const connectClient = () => createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
const seedUsers = [
  { id: '1', name: 'Aoife', email: 'aoife@example.com' },
  { id: '2', name: 'Cillian', email: 'cillian@example.com' },
  { id: '3', name: 'Niamh', email: 'niamh@example.com' },
];
const saoirse = { name: 'Saoirse', email: 'saoirse@example.com' };

async function json(rpc: string, request: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server.url}/user.v1.UserService/${rpc}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: await response.json() };
}

describe('every RPC of user.v1', () => {
  it('serves a Connect client over gRPC', async () => {
    const users = connectClient();
    expect(await users.getUser({ id: '1' })).toMatchObject(seedUsers[0] ?? {});
    expect(await users.createUser(saoirse)).toMatchObject({ id: '4', ...saoirse });
    const list = await users.listUsers({});
    expect(list.users).toMatchObject([...seedUsers, { id: '4', ...saoirse }]);
    expect(list.nextPageToken).toBe('');
  });

  it('serves a grpc-js client', async () => {
    const proto = join(import.meta.dirname, '../../../proto');
    const definition = loadSync('user/v1/user.proto', { includeDirs: [proto], longs: String, defaults: true });
    const Client = grpc.makeClientConstructor(definition['user.v1.UserService'] as grpc.ServiceDefinition, '');
    const client = new Client(new URL(server.url).host, grpc.credentials.createInsecure());
    const call = (rpc: string, request: unknown) =>
      new Promise((resolve, reject) => {
        const method = client[rpc] as (request: unknown, done: (error: unknown, response: unknown) => void) => void;
        method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error)));
      });
    try {
      expect(await call('GetUser', { id: 1 })).toEqual(seedUsers[0]);
      expect(await call('CreateUser', saoirse)).toEqual({ id: '4', ...saoirse });
      expect(await call('ListUsers', {})).toEqual({
        users: [...seedUsers, { id: '4', ...saoirse }],
        nextPageToken: '',
      });
      await expect(call('GetUser', { id: '99' })).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
      await expect(call('CreateUser', { name: '100 % @ 😀', email: 'a' })).rejects.toMatchObject({
        details: '1 invalid field: email must be an address such as aoife@example.com of at most 254 characters',
      });
    } finally {
      client.close();
    }
  });

  it('serves fetch with JSON', async () => {
    expect(await json('GetUser', { id: '1' })).toEqual({ status: 200, body: seedUsers[0] });
    expect(await json('CreateUser', saoirse)).toEqual({ status: 200, body: { id: '4', ...saoirse } });
    expect(await json('ListUsers', { pageSize: 1 })).toEqual({
      status: 200,
      body: { users: [seedUsers[0]], nextPageToken: 'djE6MQ' },
    });
  });
});

describe('ListUsers', () => {
  it('lists all users page by page', async () => {
    const users = connectClient();
    for (let i = 4; i <= 7; i++) await users.createUser(saoirse);
    const pages: string[][] = [];
    let pageToken = '';
    do {
      const page = await users.listUsers({ pageSize: 3, pageToken });
      pages.push(page.users.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(pages).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7']]);
  });

  it('ends with a full last page', async () => {
    expect((await connectClient().listUsers({ pageSize: 3 })).nextPageToken).toBe('');
  });

  it('has pages of 50 by default and of 1,000 at most', async () => {
    const users = connectClient();
    await Promise.all(Array.from({ length: 998 }, () => users.createUser(saoirse)));
    expect((await users.listUsers({})).users).toHaveLength(50);
    const longest = await users.listUsers({ pageSize: 2 ** 31 - 1 });
    expect(longest.users).toHaveLength(1000);
    expect((await users.listUsers({ pageToken: longest.nextPageToken })).users.map(({ id }) => id)).toEqual(['1001']);
  });
});

describe('the request_id of CreateUser', () => {
  const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

  it('makes a retry safe, in any case and over any protocol', async () => {
    const first = await connectClient().createUser({ ...saoirse, requestId });
    expect(await connectClient().createUser({ ...saoirse, requestId })).toEqual(first);
    const { body } = await json('CreateUser', { ...saoirse, requestId: requestId.toUpperCase() });
    expect(body).toEqual({ id: '4', ...saoirse });
    expect((await connectClient().listUsers({})).users).toHaveLength(4);
  });

  it('is rejected for a different request', async () => {
    await connectClient().createUser({ ...saoirse, requestId });
    const error = await failureOf(connectClient().createUser({ ...saoirse, name: 'Niamh', requestId }));
    expect(error.code).toBe(Code.AlreadyExists);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'REQUEST_ID_REUSED', domain: 'user.example.com', metadata: { request_id: requestId } },
    ]);
    expect((await connectClient().listUsers({})).users).toHaveLength(4);
  });
});

describe('invalid input to user.v1', () => {
  it.each([
    [
      'a request id that is not a UUID',
      () => connectClient().createUser({ ...saoirse, requestId: '1' }),
      ['request_id'],
    ],
    ['an empty user', () => connectClient().createUser({}), ['name', 'email']],
    ['a name too long', () => connectClient().createUser({ ...saoirse, name: 'é'.repeat(201) }), ['name']],
    ['a control character', () => connectClient().createUser({ ...saoirse, name: 'a\u0000b' }), ['name']],
    ['an invalid e-mail address', () => connectClient().createUser({ ...saoirse, email: 'saoirse' }), ['email']],
    [
      'an e-mail address too long',
      () => connectClient().createUser({ ...saoirse, email: `${'a@'.repeat(200)}` }),
      ['email'],
    ],
    ['id 0', () => connectClient().getUser({}), ['id']],
    ['id -1', () => connectClient().getUser({ id: '-1' }), ['id']],
    ['id -2^63', () => connectClient().getUser({ id: `${-(2n ** 63n)}` }), ['id']],
    ['a negative page size', () => connectClient().listUsers({ pageSize: -1 }), ['page_size']],
    ['a forged page token', () => connectClient().listUsers({ pageToken: 'djE6LTE' }), ['page_token']],
    [
      'a negative page size and a bad page token',
      () => connectClient().listUsers({ pageSize: -1, pageToken: '?' }),
      ['page_size', 'page_token'],
    ],
  ])('%s is INVALID_ARGUMENT and changes nothing', async (_, call, fields) => {
    const error = await failureOf(call());
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(fields);
    expect((await connectClient().listUsers({})).users).toHaveLength(3);
  });

  it('accepts a name of 200 code points outside ASCII', async () => {
    const name = '😀'.repeat(200);
    expect((await connectClient().createUser({ ...saoirse, name })).name).toBe(name);
  });

  it.each(['4', `${2n ** 53n + 1n}`, `${2n ** 63n - 1n}`])('user %s is NOT_FOUND', async (id) => {
    const error = await failureOf(connectClient().getUser({ id }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: id } },
    ]);
  });

  it.each(['abc', '', '1.5', '9223372036854775808', true])('an id of %j in JSON cannot be decoded', async (id) => {
    const { status, body } = await json('GetUser', { id });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_argument' });
    expect(body).not.toHaveProperty('details');
  });
});

it('acknowledges no user when its store was removed, and reports NOT_SERVING', async () => {
  await server.close(0);
  server = await startUserService(
    { server: { ...testConfig, readinessMs: 10 }, database: { kind: 'sqlite', path: join(folder, 'user.db') } },
    silentLogger,
  );
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  expect((await failureOf(connectClient().createUser(saoirse))).code).toBe(Code.Unavailable);
  const check = () =>
    fetch(`${server.url}/grpc.health.v1.Health/Check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  await expect.poll(async () => (await check()).json()).toEqual({ status: 'NOT_SERVING' });
});
