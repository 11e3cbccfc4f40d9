import { Writable } from 'node:stream';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { UserService } from '@example/protos/user/v1';
import { InvalidFieldsError } from '@example/service-kit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { callHeaders } from '../testing/call-headers.ts';
import { failureOf, testConfig, transports } from '../testing/index.ts';

let server: RunningServer;
let lines: Record<string, unknown>[];
let text: string;

beforeEach(async () => {
  lines = [];
  text = '';
  const sink = new Writable({
    write(line, _, done) {
      text += line;
      lines.push(JSON.parse(`${line}`));
      done();
    },
  });
  server = await serve({
    config: testConfig,
    logger: pino(sink),
    routes: (router) =>
      router.service(UserService, {
        getUser: ({ id }) => ({ id }),
        createUser: () => {
          throw new InvalidFieldsError([{ field: 'name', description: 'must be set' }]);
        },
        listUsers: () => {
          throw new Error('the canary');
        },
      }),
  });
});
afterEach(() => server.close(0));

/** The lines of calls, once there are so many. */
async function calls(count: number): Promise<Record<string, unknown>[]> {
  const found = () => lines.filter(({ msg }) => msg === 'call');
  await expect.poll(() => found().length).toBeGreaterThanOrEqual(count);
  return found();
}

describe('the access log', () => {
  it.each(transports)('has a line for each call over %s', async (name, transport) => {
    const users = createClient(UserService, transport(server.url));
    await users.getUser({ id: '7' });
    await failureOf(users.createUser({ name: 'secret name' }));
    await failureOf(users.listUsers({}));
    const protocol = name.split(' ')[0];
    const common = { protocol, peer: '127.0.0.1', level: 30 };
    const [first, second, third] = await calls(3);
    expect(first).toMatchObject({ ...common, rpc: '/user.v1.UserService/GetUser', status: 'Ok', httpStatus: 200 });
    expect(first?.['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(first?.['durationMs']).toBeGreaterThan(0);
    // Of the body.
    if (!name.includes('GET')) expect(first?.['requestBytes']).toBeGreaterThan(0);
    expect(first?.['responseBytes']).toBeGreaterThan(0);
    expect(second).toMatchObject({ ...common, rpc: '/user.v1.UserService/CreateUser', status: 'InvalidArgument' });
    expect(third).toMatchObject({ ...common, rpc: '/user.v1.UserService/ListUsers', status: 'Internal' });
    expect(text).not.toContain('secret name');
  });

  it('has a line for a request that reaches no handler', async () => {
    await fetch(`${server.url}/${'x'.repeat(500)}?token=secret`);
    const [line] = await calls(1);
    expect(line).toMatchObject({ httpStatus: 404, status: 'Unimplemented', httpVersion: '1.1' });
    expect(line?.['rpc']).toBe(`/${'x'.repeat(199)}`);
    expect(text).not.toContain('secret');
  });

  it('has a line for a message that does not decode', async () => {
    const headers = { 'content-type': 'application/proto', authorization: 'Bearer secret' };
    await fetch(`${server.url}/user.v1.UserService/GetUser`, { method: 'POST', headers, body: new Uint8Array([8]) });
    expect((await calls(1))[0]).toMatchObject({ status: 'InvalidArgument', httpStatus: 400 });
    expect(text).not.toContain('secret');
  });

  it.each([
    ['a content type that is none of ours', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a method that is none of ours', { method: 'PUT' }, 405],
    ['no time at all', { headers: { 'content-type': 'application/json', 'connect-timeout-ms': '0' } }, 504],
  ])('does not say Ok for %s', async (_, init, httpStatus) => {
    await fetch(`${server.url}/user.v1.UserService/GetUser`, { method: 'POST', body: '{}', ...init });
    const [line] = await calls(1);
    expect(line?.['httpStatus']).toBe(httpStatus);
    expect(line?.['status']).not.toBe('Ok');
  });

  it('says what gRPC said before a handler was reached', async () => {
    const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
    const { code } = await failureOf(users.getUser({}, { headers: { 'grpc-encoding': 'rot13' } }));
    expect((await calls(1))[0]).toMatchObject({ status: Code[code], httpStatus: 200 });
  });

  it('says Canceled when the client has gone', async () => {
    const client = await RawClient.connect(Number(new URL(server.url).port));
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/GetUser')));
    await client.next(({ type, flags }) => type === FrameType.SETTINGS && flags === Flag.ACK);
    client.socket.destroy();
    expect((await calls(1))[0]).toMatchObject({ status: 'Canceled' });
  });

  it('keeps the id that the client gave, when it is one', async () => {
    const call = async (requestId: string) => {
      let answered = '';
      const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
      await users.getUser(
        {},
        {
          headers: { 'x-request-id': requestId },
          onHeader: (header) => {
            answered = header.get('x-request-id') ?? '';
          },
        },
      );
      return answered;
    };
    expect(await call('order-42:retry.1')).toBe('order-42:retry.1');
    expect(await call('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await call('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await calls(3))[0]).toMatchObject({ requestId: 'order-42:retry.1' });
  });
});
