import { Code } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, clientsOf, failureOf, type ServerProcess, startServer } from '../server-process.fixture.ts';

let server: ServerProcess;
let users: Clients['users'];
beforeAll(async () => {
  server = await startServer();
  ({ users } = clientsOf(server));
});
afterAll(() => server.end('SIGKILL'));

const saoirse = { name: 'Saoirse', email: 'saoirse@example.com' };

describe('GetUser', () => {
  it('returns a seed user', async () => {
    expect(await users.getUser({ id: '1' })).toMatchObject({ id: '1', name: 'Aoife', email: 'aoife@example.com' });
  });

  it('fails with NOT_FOUND and the exact id in ErrorInfo', async () => {
    const error = await failureOf(users.getUser({ id: '9007199254740993' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: '9007199254740993' } },
    ]);
  });

  it.each([
    ['bytes that are not a message', '/user.v1.UserService/GetUser', 'ff'],
    ['a name of invalid UTF-8', '/user.v1.UserService/CreateUser', '0a035a6feb120d61406578616d706c652e636f6d'],
  ])('fails with INVALID_ARGUMENT without details for %s', async (_, path, hex) => {
    const { client, call } = rawCall(path, Buffer.from(hex, 'hex'));
    expect(await call).toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    expect((await call).metadata.get('grpc-status-details-bin')).toEqual([]);
    client.close();
  });

  it('fails with RESOURCE_EXHAUSTED for 20,001 unknown fields', async () => {
    const { client, call } = rawCall('/user.v1.UserService/GetUser', Buffer.from('7800'.repeat(20_001), 'hex'));
    expect(await call).toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
    client.close();
  });
});

describe('CreateUser', () => {
  it('reports the invalid fields in their order', async () => {
    const error = await failureOf(users.createUser({ name: '', email: 'x', requestId: 'y' }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations.map(({ field }) => field)).toEqual([
      'name',
      'email',
      'request_id',
    ]);
  });

  it('creates a user once per request_id', async () => {
    const requestId = crypto.randomUUID();
    const created = await users.createUser({ ...saoirse, requestId });
    expect(await users.createUser({ ...saoirse, requestId: requestId.toUpperCase() })).toEqual(created);
    const error = await failureOf(users.createUser({ ...saoirse, name: 'Niamh', requestId }));
    expect(error.code).toBe(Code.AlreadyExists);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'REQUEST_ID_REUSED', domain: 'user.example.com', metadata: { request_id: requestId } },
    ]);
  });
});

describe('ListUsers', () => {
  it('returns pages', async () => {
    const page = await users.listUsers({ pageSize: 2 });
    expect(page.users.map(({ id }) => id)).toEqual(['1', '2']);
    expect(page.nextPageToken).toBe('djE6Mg');
    const next = await users.listUsers({ pageSize: 1, pageToken: page.nextPageToken });
    expect(next.users.map(({ id }) => id)).toEqual(['3']);
  });
});

it('logs one line for each call, without its contents', async () => {
  await users.createUser(saoirse);
  await failureOf(users.getUser({ id: '8' }));
  expect(server.log()).toMatch(/^\S+Z \/user\.v1\.UserService\/CreateUser OK \d+\.\d ms (127\.0\.0\.1|\[?::1).*$/m);
  expect(server.log()).toMatch(/^\S+Z \/user\.v1\.UserService\/GetUser NOT_FOUND \d+\.\d ms .*$/m);
  expect(server.log()).not.toContain('Saoirse');
});

function rawCall(path: string, bytes: Buffer) {
  const client = new grpc.Client(server.userAddress, grpc.credentials.createInsecure());
  const same = (value: Buffer) => value;
  const call = new Promise<grpc.ServiceError>((resolve, reject) =>
    client.makeUnaryRequest(path, same, same, bytes, { deadline: Date.now() + 5_000 }, (error) =>
      error === null ? reject(new Error('the call succeeded')) : resolve(error),
    ),
  );
  return { client, call };
}
