import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import http2 from 'node:http2';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { failureOf } from './testing/index.ts';
import { exchange, startServer, type TestServer } from './testing/test-server.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
}

type Headers = Readonly<Record<string, unknown>>;
type Send = (server: TestServer, request: Request) => Promise<{ status: unknown; headers: Headers }>;

const overHttp1: Send = async ({ port }, { method, path, contentType }) => {
  const options = { port, path, method, headers: { 'content-type': contentType } };
  const [response] = await once(httpRequest(options).end('{}'), 'response');
  response.resume();
  return { status: response.statusCode, headers: response.headers };
};

const overHttp2: Send = async ({ url }, { method, path, contentType }) => {
  const session = http2.connect(url);
  const stream = session.request({ ':method': method, ':path': path, 'content-type': contentType });
  const [headers] = await once(method === 'GET' ? stream : stream.end('{}'), 'response');
  session.destroy();
  return { status: headers[':status'], headers };
};

const getUser = '/user.v1.UserService/GetUser';
const createUser = '/user.v1.UserService/CreateUser';
const listOrders = '/order.v1.OrderService/ListOrders';
const json = 'application/json';

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a request over %s that is not a call', (_, send) => {
  it.each([
    ['404 for an unknown path', { method: 'POST', path: '/nothing', contentType: json }, 404],
    ['415 for an unknown content type', { method: 'POST', path: getUser, contentType: 'text/plain' }, 415],
    ['415 for a unary content type to a stream', { method: 'POST', path: listOrders, contentType: json }, 415],
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
    ['POST', 'GET', listOrders, 'POST'],
  ])('gets 405 with Allow when its method is not %s: %s %s', async (_, method, path, allow) => {
    const { status, headers } = await send(await startServer(), { method, path, contentType: json });
    expect([status, headers['allow']]).toEqual([405, allow]);
  });
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

it('a method that its service does not implement is UNIMPLEMENTED', async () => {
  const { url } = await startServer();
  const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
  expect((await failureOf(users.createUser({}))).code).toBe(Code.Unimplemented);
});
