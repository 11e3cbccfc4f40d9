import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService as UserServiceV1 } from '@example/protos/user/v1';
import { UserService } from '@example/protos/user/v2';
import type { RunningServer } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startUserService } from './start.ts';

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'user-v1-and-v2-'));
  const database = { kind: 'sqlite', path: join(folder, 'user.db') } as const;
  server = await startUserService({ server: testConfig, database }, silentLogger);
});
afterAll(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

const v2 = () => createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
const v1 = () => createClient(UserServiceV1, createGrpcTransport({ baseUrl: server.url }));

const saoirse = {
  name: 'Saoirse',
  email: 's@example.com',
  age: 36,
  roles: ['writer', 'admin', 'writer'],
  address: { street: 'Sráid 1', city: 'Gaillimh', country: 'Éire', zipCode: 'H91' },
};

async function json(rpc: string, request: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/${rpc}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return await response.json();
}

it('user.v1 and user.v2 share their users', async () => {
  const { id, name, email } = await v1().createUser({ name: 'Síle', email: 'sile@example.com' });
  const { user } = await v2().getUser({ id: `usr-${id}` });
  expect(user).toMatchObject({ id: `usr-${id}`, name, email, roles: [] });
  expect(user).not.toHaveProperty('age');
  expect(user).not.toHaveProperty('address');
  expect(user?.createTime).toBeDefined();
  await v2().updateUser({ user: { ...saoirse, id: `usr-${id}` } });
  expect(await v1().getUser({ id })).toMatchObject({ id, name: 'Saoirse', email: 's@example.com' });
  expect(await json('user.v1.UserService/GetUser', { id })).toEqual({ id, name: 'Saoirse', email: 's@example.com' });
});

it('user.v1 and user.v2 accept the page tokens of each other', async () => {
  const first = await v1().listUsers({ pageSize: 1 });
  const second = await v2().listUsers({ pageSize: 1, pageToken: first.nextPageToken });
  expect(second.users.map(({ id }) => id)).toEqual(['usr-2']);
  const third = await v1().listUsers({ pageSize: 1, pageToken: second.nextPageToken });
  expect(third.users.map(({ id }) => id)).toEqual(['3']);
});

it('user.v1 and user.v2 are both reported by health and reflection', async () => {
  for (const service of ['user.v1.UserService', 'user.v2.UserService']) {
    expect(await json('grpc.health.v1.Health/Check', { service })).toEqual({ status: 'SERVING' });
    expect(await reflectedServices()).toContain(service);
  }
});

it('GetUser of user.v2 returns only name and email of a user from before user.v2', async () => {
  const aoife = { id: 'usr-1', name: 'Aoife', email: 'aoife@example.com' };
  expect(await json('user.v2.UserService/GetUser', { id: 'usr-1' })).toEqual({ user: aoife });
});

it('CreateUser of user.v2 does not share request ids with user.v1', async () => {
  const id = crypto.randomUUID();
  const inV1 = await v1().createUser({ name: saoirse.name, email: saoirse.email, requestId: id });
  const inV2 = await v2().createUser({ user: { name: saoirse.name, email: saoirse.email }, requestId: id });
  expect(inV2.user?.id).not.toBe(`usr-${inV1.id}`);
});

/** The undecoded responses of grpc.reflection.v1 to list_services. */
async function reflectedServices(): Promise<string> {
  const client = new grpc.Client(new URL(server.url).host, grpc.credentials.createInsecure());
  try {
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const identity = (bytes: Buffer) => bytes;
    const call = client.makeBidiStreamRequest(path, identity, identity);
    // Field 7, list_services, is an empty string.
    call.end(Buffer.from([0x3a, 0]));
    const responses: Buffer[] = [];
    for await (const response of call) responses.push(response as Buffer);
    return Buffer.concat(responses).toString('latin1');
  } finally {
    client.close();
  }
}
