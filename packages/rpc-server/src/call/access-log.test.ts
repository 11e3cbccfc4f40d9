import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { UserService } from '@example/protos/user/v1';
import { InvalidFieldsError } from '@example/service-kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { Health } from '../gen/health/v1/health_pb.ts';
import { callHeaders } from '../testing/call-headers.ts';
import { failureOf, transports } from '../testing/index.ts';
import { exchange, recordingLogger, startServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let lines: readonly Record<string, unknown>[];

beforeEach(async () => {
  const recording = recordingLogger();
  lines = recording.lines;
  server = await startServer({
    logger: recording.logger,
    users: {
      createUser() {
        throw new InvalidFieldsError([{ field: 'name', description: 'must be set' }]);
      },
      listUsers() {
        throw new Error('a bug');
      },
    },
  });
});

/** The whole log as one text. */
const text = () => JSON.stringify(lines);

/** Waits until this number of calls has been logged. */
async function calls(count: number): Promise<Record<string, unknown>[]> {
  const found = () => lines.filter(({ msg }) => msg === 'call');
  await expect.poll(() => found().length).toBeGreaterThanOrEqual(count);
  return found();
}

describe('the access log', () => {
  it.each(transports)('has a line for each call over %s that succeeds or fails', async (name, transport) => {
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
    // A call by GET has no body.
    if (!name.includes('GET')) expect(first?.['requestBytes']).toBeGreaterThan(0);
    expect(first?.['responseBytes']).toBeGreaterThan(0);
    expect(second).toMatchObject({ ...common, rpc: '/user.v1.UserService/CreateUser', status: 'InvalidArgument' });
    expect(third).toMatchObject({ ...common, rpc: '/user.v1.UserService/ListUsers', status: 'Internal' });
    expect(text()).not.toContain('secret name');
  });

  it('has a line for a request to an unknown path, whose length is cut', async () => {
    await fetch(`${server.url}/${'x'.repeat(500)}?token=secret`);
    const [line] = await calls(1);
    expect(line).toMatchObject({ httpStatus: 404, status: 'Unimplemented', httpVersion: '1.1' });
    expect(line?.['rpc']).toBe(`/${'x'.repeat(199)}`);
    expect(text()).not.toContain('secret');
  });

  it('has a line for a call with an invalid message, without its token', async () => {
    const headers = { 'content-type': 'application/proto', authorization: 'Bearer secret' };
    await fetch(`${server.url}/user.v1.UserService/GetUser`, { method: 'POST', headers, body: new Uint8Array([8]) });
    expect((await calls(1))[0]).toMatchObject({ status: 'InvalidArgument', httpStatus: 400 });
    expect(text()).not.toContain('secret');
  });

  it.each([
    ['an unsupported content type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['an unsupported HTTP method', { method: 'PUT' }, 405],
    ['a deadline that has passed', { headers: { 'content-type': 'application/json', 'connect-timeout-ms': '0' } }, 504],
  ])('does not have the status Ok for %s', async (_, init, httpStatus) => {
    await fetch(`${server.url}/user.v1.UserService/GetUser`, { method: 'POST', body: '{}', ...init });
    const [line] = await calls(1);
    expect(line?.['httpStatus']).toBe(httpStatus);
    expect(line?.['status']).not.toBe('Ok');
  });

  it.each([
    ['refused', [], 405, 'PermissionDenied'],
    ['of another origin', ['https://example.org'], 403, 'PermissionDenied'],
    ['of an origin that may call', ['https://app.example.org'], 204, 'Ok'],
  ])('has a preflight that is %s as such', async (_, corsOrigins, httpStatus, status) => {
    const { logger, lines } = recordingLogger();
    const { url } = await startServer({ logger, config: { corsOrigins } });
    const headers = { origin: 'https://app.example.org', 'access-control-request-method': 'POST' };
    await fetch(`${url}/user.v1.UserService/GetUser`, { method: 'OPTIONS', headers });
    await expect.poll(() => lines).toEqual([expect.objectContaining({ protocol: 'CORS', httpStatus, status })]);
  });

  it('has the status of a gRPC call that fails before its handler', async () => {
    const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
    const { code } = await failureOf(users.getUser({}, { headers: { 'grpc-encoding': 'rot13' } }));
    expect((await calls(1))[0]).toMatchObject({ status: Code[code], httpStatus: 200 });
  });

  it('has the status Canceled for a call whose client has gone', async () => {
    const client = await RawClient.connect(server.port);
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/GetUser')));
    await client.next(({ type, flags }) => type === FrameType.SETTINGS && flags === Flag.ACK);
    client.socket.destroy();
    expect((await calls(1))[0]).toMatchObject({ status: 'Canceled' });
  });

  it.each([
    ['all', ['Check Ok', 'Check NotFound', 'GetUser Ok']],
    ['no-health', ['Check NotFound', 'GetUser Ok']],
    ['off', []],
  ] as const)('with ACCESS_LOG=%s has %j', async (accessLog, expected) => {
    const { logger, lines } = recordingLogger();
    const { url, port } = await startServer({ logger, config: { accessLog } });
    const transport = createGrpcTransport({ baseUrl: url });
    await createClient(Health, transport).check({});
    await failureOf(createClient(Health, transport).check({ service: 'none' }));
    await createClient(UserService, transport).getUser({});
    // The line of this call, which is always logged, comes after the lines of the other calls.
    await exchange(port, 'no HTTP\r\n');
    await expect.poll(() => lines.at(-1)).toMatchObject({ msg: 'an HTTP/1.1 connection failed' });
    const calls = lines.slice(0, -1).map(({ rpc, status }) => `${`${rpc}`.split('/').at(-1)} ${status}`);
    expect(calls).toEqual(expected);
  });

  it('has the x-request-id of the client if it is valid, and the response has it too', async () => {
    const call = async (requestId: string) => {
      let received = '';
      const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
      await users.getUser(
        {},
        {
          headers: { 'x-request-id': requestId },
          onHeader: (header) => {
            received = header.get('x-request-id') ?? '';
          },
        },
      );
      return received;
    };
    expect(await call('order-42:retry.1')).toBe('order-42:retry.1');
    expect(await call('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await call('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await calls(3))[0]).toMatchObject({ requestId: 'order-42:retry.1' });
  });
});
