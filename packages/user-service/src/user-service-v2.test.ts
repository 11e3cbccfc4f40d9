import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v2';
import type { RunningServer } from '@example/rpc-server';
import { failureOf, fieldsAtFault, silentLogger, testConfig, transports } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUserService } from './start.ts';

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'user-service-v2-'));
  const database = { kind: 'sqlite', path: join(folder, 'user.db') } as const;
  server = await startUserService({ server: testConfig, database }, silentLogger);
});
afterAll(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

const v2 = () => createClient(UserService, createGrpcTransport({ baseUrl: server.url }));

const saoirse = {
  name: 'Saoirse',
  email: 's@example.com',
  age: 36,
  roles: ['writer', 'admin', 'writer'],
  address: { street: 'Sráid 1', city: 'Gaillimh', country: 'Éire', zipCode: 'H91' },
};

/** Removes undefined fields, which messages do not have. */
function withoutUndefined<T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

async function createdId(): Promise<string> {
  return (await v2().createUser({ user: saoirse })).user?.id ?? '';
}

async function json(rpc: string, request: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/${rpc}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return await response.json();
}

describe.each(transports)('over %s', (_, transport) => {
  it('serves every RPC of user.v2', async () => {
    const users = createClient(UserService, transport(server.url));
    const { user } = await users.createUser({ user: saoirse });
    expect(user).toMatchObject({ ...saoirse, id: expect.stringMatching(/^usr-[1-9]\d*$/) });
    const id = user?.id ?? '';
    expect((await users.getUser({ id })).user).toEqual(user);
    const update = { user: { id, age: 0 }, updateMask: { paths: ['age', 'address.city'] } };
    const { user: after } = await users.updateUser(update);
    expect(after).toMatchObject({ ...saoirse, age: 0, address: { ...saoirse.address, city: '' } });
    expect((await users.listUsers({ pageSize: 1000 })).users.at(-1)).toEqual(after);
  });
});

describe('GetUser of user.v2', () => {
  it('fails with NOT_FOUND for a missing user', async () => {
    const error = await failureOf(v2().getUser({ id: 'usr-999999' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: 'usr-999999' } },
    ]);
  });
});

describe('CreateUser of user.v2', () => {
  const requestId = () => crypto.randomUUID();

  it('assigns the id and the time, and ignores those of the request', async () => {
    const before = Date.now();
    const { user } = await v2().createUser({ user: { ...saoirse, id: 'x', createTime: { seconds: -1n, nanos: -1 } } });
    expect(user?.id).toMatch(/^usr-/);
    const time = user?.createTime && timestampDate(user.createTime).getTime();
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('recognizes a repeated request, whatever id and time it has', async () => {
    const request = { user: saoirse, requestId: requestId() };
    const first = await v2().createUser(request);
    await v2().updateUser({ user: { id: first.user?.id ?? '', name: 'Síle' } });
    const again = { ...saoirse, id: 'usr-1', createTime: { seconds: 1n, nanos: 0 } };
    expect(await v2().createUser({ user: again, requestId: request.requestId.toUpperCase() })).toEqual(first);
  });

  it.each([
    ['another name', { name: 'Síle' }],
    ['no age', { age: undefined }],
    ['the age 0', { age: 0 }],
    ['roles in another order', { roles: ['admin', 'writer', 'writer'] }],
    ['no address', { address: undefined }],
    ['another city', { address: { ...saoirse.address, city: '' } }],
  ])('rejects a reused request_id for a request with %s', async (_, other) => {
    const id = requestId();
    await v2().createUser({ user: saoirse, requestId: id });
    const user = withoutUndefined({ ...saoirse, ...other });
    const error = await failureOf(v2().createUser({ user, requestId: id }));
    expect(error.code).toBe(Code.AlreadyExists);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'REQUEST_ID_REUSED', domain: 'user.example.com', metadata: { request_id: id } },
    ]);
  });
});

describe('UpdateUser of user.v2', () => {
  it('clears fields that are in the mask but not set in the user', async () => {
    const id = await createdId();
    const { user } = await v2().updateUser({ user: { id }, updateMask: { paths: ['age', 'roles', 'address'] } });
    expect(user).toMatchObject({ id, name: 'Saoirse', email: 's@example.com', roles: [] });
    expect(user).not.toHaveProperty('age');
    expect(user).not.toHaveProperty('address');
    expect((await v2().getUser({ id })).user).toEqual(user);
  });

  it('keeps the id and create_time', async () => {
    const id = await createdId();
    const before = (await v2().getUser({ id })).user;
    const { user } = await v2().updateUser({ user: { ...saoirse, id, age: 1 }, updateMask: { paths: ['*'] } });
    expect(user).toEqual({ ...before, age: 1 });
  });

  it('accepts a field mask in JSON', async () => {
    const id = await createdId();
    const request = { user: { id, name: 'Síle', address: { zipCode: 'T12' } }, updateMask: 'name,address.zipCode' };
    expect(await json('user.v2.UserService/UpdateUser', request)).toMatchObject({
      user: { name: 'Síle', age: 36, address: { ...saoirse.address, zipCode: 'T12' } },
    });
  });

  it('returns the user if nothing changes, and fails with NOT_FOUND for a missing user', async () => {
    const id = await createdId();
    expect((await v2().updateUser({ user: { id } })).user).toMatchObject({ id, ...saoirse });
    const error = await failureOf(v2().updateUser({ user: { id: 'usr-999999' } }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ metadata: { user_id: 'usr-999999' } }]);
  });

  it('keeps concurrent updates of other fields', async () => {
    const id = await createdId();
    await Promise.all([
      v2().updateUser({ user: { id, name: 'Síle' } }),
      v2().updateUser({ user: { id, age: 1 } }),
      v2().updateUser({ user: { id, address: { city: 'Corcaigh' } }, updateMask: { paths: ['address.city'] } }),
    ]);
    const address = { ...saoirse.address, city: 'Corcaigh' };
    expect((await v2().getUser({ id })).user).toMatchObject({ ...saoirse, name: 'Síle', age: 1, address });
  });
});

describe('invalid input to user.v2', () => {
  it.each([
    ['an id of user.v1', () => v2().getUser({ id: '1' }), ['id']],
    ['no user to create', () => v2().createUser({ requestId: '1' }), ['user']],
    ['an empty user', () => v2().createUser({ user: {}, requestId: '1' }), ['user.name', 'user.email', 'request_id']],
    ['no user to update', () => v2().updateUser({ updateMask: { paths: ['id'] } }), ['user']],
    [
      'an unknown user and path',
      () => v2().updateUser({ user: { id: 'usr-999999', age: 151 }, updateMask: { paths: ['create_time', 'age'] } }),
      ['user.age', 'update_mask.paths[0]'],
    ],
    ['an invalid page', () => v2().listUsers({ pageSize: -1, pageToken: '?' }), ['page_size', 'page_token']],
  ])('%s is INVALID_ARGUMENT', async (_, call, fields) => {
    const error = await failureOf(call());
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(fields);
  });

  it('is rejected without any change', async () => {
    const id = await createdId();
    const before = await v2().getUser({ id });
    await failureOf(v2().updateUser({ user: { id, name: 'two\nlines', age: 36 } }));
    await failureOf(v2().updateUser({ user: { id, name: 'Síle' }, updateMask: { paths: ['name', 'x'] } }));
    expect(await v2().getUser({ id })).toEqual(before);
  });
});
