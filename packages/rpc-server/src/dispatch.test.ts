import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, literals, RawClient } from '@example/http2/testing';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { failureOf, testConfig } from './testing/index.ts';
import { exchange, startServer, type TestServer } from './testing/test-server.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
}

type Headers = Readonly<Record<string, unknown>>;
type Send = (server: TestServer, request: Request) => Promise<{ status: unknown; headers: Headers; body: string }>;

const overHttp1: Send = async ({ port }, { method, path, contentType }) => {
  const options = { port, path, method, headers: { 'content-type': contentType } };
  const [response] = await once(httpRequest(options).end('{}'), 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
};

const overHttp2: Send = async ({ url }, { method, path, contentType }) => {
  const session = http2.connect(url);
  const stream = session.request({ ':method': method, ':path': path, 'content-type': contentType });
  const [headers] = await once(['GET', 'HEAD'].includes(method) ? stream : stream.end('{}'), 'response');
  const body = await text(stream);
  session.destroy();
  return { status: headers[':status'], headers, body };
};

const getUser = '/user.v1.UserService/GetUser';
const createUser = '/user.v1.UserService/CreateUser';
const listNotes = '/notes.v1.NoteService/ListNotes';
const json = 'application/json';

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a request over %s that is not a call', (_, send) => {
  it.each([
    ['404 for an unknown path', { method: 'POST', path: '/nothing', contentType: json }, 404],
    ['415 for an unknown content type', { method: 'POST', path: getUser, contentType: 'text/plain' }, 415],
    ['415 for a unary content type to a stream', { method: 'POST', path: listNotes, contentType: json }, 415],
    [
      '415 for a stream content type to a unary method',
      { method: 'POST', path: getUser, contentType: 'application/connect+json' },
      415,
    ],
  ])('gets %s, and a request id', async (_, request, status) => {
    const response = await send(await startServer(), request);
    expect(response.status).toBe(status);
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['GET, POST', 'PUT', getUser, 'POST, GET'],
    ['POST', 'GET', createUser, 'POST'],
    ['POST', 'GET', listNotes, 'POST'],
  ])('gets 405 with Allow when its method is not %s: %s %s', async (_, method, path, allow) => {
    const { status, headers } = await send(await startServer(), { method, path, contentType: json });
    expect([status, headers['allow']]).toEqual([405, allow]);
  });
});

it.each([
  '/',
  '/index.html',
  '/openapi.json',
  '/package.json',
  '/src/serve.ts',
  '/../package.json',
  '/..%2fpackage.json',
])('no file is served: GET %s gets 404, over both HTTP versions', async (path) => {
  const server = await startServer();
  for (const send of [overHttp1, overHttp2]) {
    const { status, body } = await send(server, { method: 'GET', path, contentType: json });
    expect([status, body]).toEqual([
      404,
      'There is no such method. The path of a method is /PACKAGE.SERVICE/METHOD.\n',
    ]);
  }
});

it('an invalid authority gets 400, over both HTTP versions', async () => {
  const server = await startServer();
  const head = `POST ${getUser} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n`;
  expect(await exchange(server.port, `${head}host: [\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 400 /);

  const session = http2.connect(server.url);
  const stream = session.request({ ':path': getUser, ':method': 'POST', ':authority': '[', 'content-type': json });
  const [headers] = await once(stream.end('{}'), 'response');
  expect(headers[':status']).toBe(400);
  session.destroy();
});

describe('a gRPC call of an unknown method', () => {
  it.each([
    ['of a service', 'application/grpc', '/user.v1.UserService/Nothing'],
    ['of an unknown service, as AWS checks health', 'application/grpc', '/AWS.ALB/healthcheck'],
    ['by gRPC-Web', 'application/grpc-web+proto', '/AWS.ALB/healthcheck'],
    ['by grpc-web-text', 'application/grpc-web-text', '/AWS.ALB/healthcheck'],
  ])('%s is UNIMPLEMENTED, with a message that names it (%s)', async (_, contentType, path) => {
    const server = await startServer();
    for (const send of [overHttp1, overHttp2]) {
      const { status, headers } = await send(server, { method: 'POST', path, contentType });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'grpc-status': '12', 'grpc-message': `there is no method ${path}` });
      expect(headers['content-type']).toContain(contentType.replace('+proto', ''));
    }
  });

  it('has a message without control characters and of a bounded length', async () => {
    const path = `/%0a${'x'.repeat(1_000)}`;
    const { headers } = await overHttp1(await startServer(), { method: 'POST', path, contentType: 'application/grpc' });
    expect(headers['grpc-message']).toMatch(/^there is no method \/%250ax{190,200}$/);
  });
});

describe('the target of an HTTP/1 request', () => {
  const fields = 'content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n';

  it.each([
    ['in absolute form', `POST http://x${getUser} HTTP/1.1\r\nhost: other\r\n`, 200],
    ['in absolute form of a GET', `GET http://x${getUser}?encoding=json&message=%7B%7D HTTP/1.1\r\nhost: x\r\n`, 200],
    ['in absolute form without Host', `POST HTTPS://x:1${getUser} HTTP/1.0\r\n`, 200],
    ['in absolute form with an invalid host', `POST http://[${getUser} HTTP/1.1\r\nhost: a\r\n`, 400],
    ['without Host in HTTP/1.0', `POST ${getUser} HTTP/1.0\r\n`, 200],
    ['without Host in HTTP/1.1', `POST ${getUser} HTTP/1.1\r\n`, 400],
    ['with two Hosts', `POST ${getUser} HTTP/1.1\r\nhost: a\r\nhost: b\r\n`, 400],
    ['with two equal Hosts in HTTP/1.0', `POST ${getUser} HTTP/1.0\r\nhost: a\r\nhost: a\r\n`, 400],
  ])('%s gets %s', async (_, start, status) => {
    const { port } = await startServer();
    expect(await exchange(port, `${start}${fields}\r\n{}`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('in absolute form is the URL that a handler sees', async () => {
    const { port } = await startServer({ users: { getUser: (_, { url }) => ({ name: url }) } });
    const text = `POST http://x:1${getUser} HTTP/1.1\r\nhost: other\r\n${fields}\r\n{}`;
    expect(await exchange(port, text)).toContain(`{"name":"http://x:1${getUser}"}`);
  });
});

it.skipIf(testConfig.http2 === 'node')('an HTTP/2 request without a host gets 400 and a message', async () => {
  const { port } = await startServer();
  using client = await RawClient.connect(port);
  const fields = { ':method': 'OPTIONS', ':scheme': 'http', ':path': getUser };
  client.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, literals(Object.entries(fields))));
  expect((await client.nextOf(FrameType.HEADERS, 1)).payload[0]).toBe(0x8c);
  expect(String((await client.nextOf(FrameType.DATA, 1)).payload)).toMatch(/^The request must name its host once/);
});

it('requests that are not calls count for their address, apart from its calls', async () => {
  const server = await startServer({ config: { callsPerSecond: 1, callBurst: 1 } });
  const request = { method: 'POST', path: '/nothing', contentType: json };
  expect((await overHttp1(server, request)).status).toBe(404);
  // Each second allows one request, so the next one is refused only if it is in the same second.
  await expect.poll(async () => (await overHttp1(server, request)).status, { interval: 0, timeout: 20_000 }).toBe(429);
  const { status } = await overHttp1(server, { ...request, path: getUser });
  expect(status).toBe(200);
  const grpc = { ...request, contentType: 'application/grpc' };
  const grpcStatus = async () => (await overHttp2(server, grpc)).headers['grpc-status'];
  await expect.poll(grpcStatus, { interval: 0, timeout: 20_000 }).toBe(`${Code.ResourceExhausted}`);
});

it('a response to HEAD has no body', async () => {
  const server = await startServer();
  for (const send of [overHttp1, overHttp2]) {
    expect((await send(server, { method: 'HEAD', path: '/nothing', contentType: json })).status).toBe(404);
  }
});

it('a method that its service does not implement is UNIMPLEMENTED', async () => {
  const { url } = await startServer();
  const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
  expect((await failureOf(users.createUser({}))).code).toBe(Code.Unimplemented);
});
