import http2 from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Code, ConnectError, createClient, type ServiceImpl } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { BadRequestSchema, ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { InvalidFieldsError, NotFoundError, StoreUnavailableError } from '@example/service-kit';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, type ServeOptions, serve } from './serve.ts';
import { callHeaders } from './testing/call-headers.ts';
import { failureOf, silentLogger, testConfig, transports } from './testing/index.ts';

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)));
});

type Users = Partial<ServiceImpl<typeof UserService>>;
type Orders = Partial<ServiceImpl<typeof OrderService>>;

async function start(users: Users, orders: Orders = {}, options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, users).service(OrderService, orders),
    ...options,
  });
  running.push(server);
  return server;
}

const echo: Users = { getUser: ({ id }) => ({ id, name: 'Aoife' }) };

function portOf({ url }: RunningServer): number {
  return Number(new URL(url).port);
}

function post(url: string, body: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Response> {
  return fetch(`${url}/user.v1.UserService/GetUser`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
}

describe('one port', () => {
  it.each(transports)('answers %s', async (_, transport) => {
    const { url } = await start(echo);
    const user = await createClient(UserService, transport(url)).getUser({ id: '7' });
    expect(user).toMatchObject({ id: '7', name: 'Aoife' });
  });

  it.each(['127.0.0.1', '[::1]'])('answers a JSON request to %s', async (host) => {
    const port = portOf(await start(echo));
    const response = await post(`http://${host}:${port}`, '{"id":"7"}', 'application/json');
    expect(await response.json()).toEqual({ id: '7', name: 'Aoife' });
  });

  it('answers a Connect GET of an RPC without side effects', async () => {
    const { url } = await start(echo);
    const response = await fetch(`${url}/user.v1.UserService/GetUser?connect=v1&encoding=json&message={"id":"7"}`);
    expect(await response.json()).toEqual({ id: '7', name: 'Aoife' });
  });

  it('answers requests of HTTP/1.1 in their order, sent at once or byte by byte', async () => {
    const socket = connect(portOf(await start(echo)), '127.0.0.1');
    socket.setNoDelay(true);
    const request = (body: string, headers: string) =>
      `POST /user.v1.UserService/GetUser HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}`;
    const chunked = request('6\r\n{"id":\r\n4\r\n"3"}\r\n0\r\n\r\n', 'transfer-encoding: chunked');
    socket.write(request('{"id":"1"}', 'content-length: 10') + request('{"id":"2"}', 'content-length: 10'));
    for (const byte of Buffer.from(chunked)) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
    }
    socket.write(request('{', 'content-length: 1'));
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await expect.poll(() => said).toContain('invalid_argument');
    expect(said.match(/HTTP\/1\.1 \d+|"id":"\d"/g)).toEqual(
      ['1', '2', '3'].flatMap((id) => ['HTTP/1.1 200', `"id":"${id}"`]).concat('HTTP/1.1 400'),
    );
    socket.destroy();
  });

  it('recognizes HTTP/2 when its preface comes byte by byte', async () => {
    const port = portOf(await start(echo));
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const settingsFrame = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    for (const byte of Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings])) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
    }
    expect((await settingsFrame)[3]).toBe(4);
    socket.destroy();
  });

  it('has 404 for a path that is no RPC, on both HTTP versions', async () => {
    const { url } = await start(echo);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    const grpc = createClient(UserService, createGrpcTransport({ baseUrl: url }));
    expect((await failureOf(grpc.createUser({}))).code).toBe(Code.Unimplemented);
  });

  it('survives an authority that is none, on both HTTP versions', async () => {
    const server = await start(echo);
    const socket = connect(portOf(server), '127.0.0.1');
    socket.write('GET /user.v1.UserService/GetUser HTTP/1.1\r\nHost: [\r\n\r\n');
    expect(`${await firstData(socket)}`).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();

    const session = http2.connect(server.url);
    const request = session.request({ ':path': '/user.v1.UserService/GetUser', ':method': 'POST', ':authority': '[' });
    const status = await new Promise((resolve) => request.once('response', (headers) => resolve(headers[':status'])));
    expect(status).toBe(400);
    session.destroy();

    expect((await post(server.url, '{"id":"7"}', 'application/json')).status).toBe(200);
  });

  it('refuses a message over the limit', async () => {
    const { url } = await start(echo, {}, { config: { ...testConfig, maxMessageBytes: 64 } });
    const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
    expect((await failureOf(users.createUser({ name: 'a'.repeat(64) }))).code).toBe(Code.ResourceExhausted);
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  });

  it('fails when the port is taken', async () => {
    const port = portOf(await start(echo));
    await expect(start(echo, {}, { config: { ...testConfig, port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

function firstData(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject));
}

describe.each(transports)('errors over %s', (_, transport) => {
  const canary = 'SELECT secret FROM somewhere';

  async function thrown(error: unknown): Promise<ConnectError> {
    const { url } = await start({
      getUser: () => {
        throw error;
      },
    });
    return await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
  }

  it('names the fields at fault', async () => {
    const violation = { field: 'items[2].unit_price', description: 'must be a finite number' };
    const error = await thrown(new InvalidFieldsError([violation], 3));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toContain('3 invalid fields');
    expect(error.findDetails(BadRequestSchema)).toMatchObject([{ fieldViolations: [violation] }]);
  });

  it('says what is not there', async () => {
    const error = await thrown(new NotFoundError('no user 7', 'USER_NOT_FOUND', 'user.example.com', { user_id: '7' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: '7' } },
    ]);
  });

  it('says that the store is unavailable, not why', async () => {
    const error = await thrown(new StoreUnavailableError(canary));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.message).not.toContain(canary);
  });

  it('keeps the words of a bug to itself', async () => {
    const error = await thrown(new TypeError(canary));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toMatch(/^internal error \(error [0-9a-f-]{36}\)$/);
    expect(error.details).toEqual([]);
  });

  it('keeps what cannot be sent to itself, and says so in the log', async () => {
    let log = '';
    const sink = new Writable({
      write(line, _, done) {
        log += line;
        done();
      },
    });
    const logger = pino(sink);
    const { url } = await start({ getUser: () => ({ id: canary, name: 5 as never }) }, {}, { logger });
    const error = await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
    expect(error.code).toBe(Code.Internal);
    const [, id] = /^internal error \(error ([0-9a-f-]{36})\)$/.exec(error.rawMessage) ?? [];
    expect(id, error.rawMessage).toBeDefined();
    expect(log.split(`"errorId":"${id}"`)).toHaveLength(2);
  });

  it('cuts a text that no client could take', async () => {
    const error = await thrown(new ConnectError('x'.repeat(20_000), Code.NotFound));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: `${'x'.repeat(1_024)}…` });
  });

  it('passes a ConnectError on', async () => {
    const error = await thrown(new ConnectError('not yet', Code.FailedPrecondition));
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: 'not yet' });
  });

  it('maps what a stream throws after its first message', async () => {
    const { url } = await start(
      {},
      {
        async *listOrders() {
          yield { id: 'ord-1' };
          throw new TypeError(canary);
        },
      },
    );
    const ids: string[] = [];
    const read = async () => {
      for await (const { id } of createClient(OrderService, transport(url)).listOrders({})) ids.push(id);
    };
    const error = await failureOf(read());
    expect(ids).toEqual(['ord-1']);
    expect(error.code).toBe(Code.Internal);
    expect(error.message).not.toContain(canary);
  });
});

describe('errors', () => {
  it('writes a bug to the log, under the id that the caller has', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => lines.push(line) });
    const getUser = () => {
      throw new TypeError('secret');
    };
    const { url } = await start({ getUser }, {}, { logger });
    const response = await post(url, '{"id":"7"}', 'application/json');
    const { message } = (await response.json()) as { message: string };
    const [, errorId] = /error ([0-9a-f-]{36})/.exec(message) ?? [];
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        errorId,
        rpc: 'user.v1.UserService/GetUser',
        err: expect.objectContaining({ type: 'TypeError', message: 'secret' }),
      }),
    ]);
  });

  it.each([
    ['application/json', '{"id":"seven"}'],
    ['application/json', '{'],
    ['application/proto', '\x08'],
  ])('says INVALID_ARGUMENT without details for a %s message that does not decode', async (contentType, body) => {
    const { url } = await start(echo);
    const response = await post(url, body, contentType);
    expect(response.status).toBe(400);
    const error = (await response.json()) as { code: string; details?: unknown[] };
    expect(error.code).toBe('invalid_argument');
    expect(error.details).toBeUndefined();
  });

  it.each([
    'user.v1.UserService/GetUser',
    'order.v1.OrderService/ListOrders',
    'order.v1.OrderService/UploadLineItems',
    'order.v1.OrderService/OrderChat',
  ])('says INVALID_ARGUMENT for a gRPC message to %s that does not decode', async (method) => {
    const { url } = await start(echo, {
      async *listOrders() {},
      async uploadLineItems(items) {
        for await (const _ of items);
        return {};
      },
      async *orderChat(messages) {
        yield* messages;
      },
    });
    const session = http2.connect(url);
    const request = session.request({
      ':method': 'POST',
      ':path': `/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    request.end(Buffer.from([0, 0, 0, 0, 1, 0x08]));
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) => {
      request.once('response', (first) => first['grpc-status'] && resolve(first));
      request.once('trailers', resolve);
      request.resume();
    });
    expect(headers).toMatchObject({ 'grpc-status': '3' });
    expect(headers['grpc-status-details-bin']).toBeUndefined();
    session.destroy();
  });

  it('says INVALID_ARGUMENT for a compressed message that is cut short', async () => {
    const { url } = await start(echo);
    const body = new Uint8Array(gzipSync('{"id":"7"}').subarray(0, 15));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await fetch(`${url}/user.v1.UserService/GetUser`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_argument' });
  });

  it('says INVALID_ARGUMENT for a gRPC-Web message that does not decode', async () => {
    const { url } = await start(echo);
    const response = await post(url, new Uint8Array([0, 0, 0, 0, 1, 0x08]), 'application/grpc-web+proto');
    expect(await response.text()).toMatch(/grpc-status: 3\r\n/i);
  });
});

describe('close', () => {
  /** A server whose GetUser answers when told to. */
  async function startHeld() {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const closedStore: string[] = [];
    const server = await start(
      {
        getUser: async ({ id }) => {
          entered.resolve();
          await release.promise;
          return { id };
        },
      },
      {
        async *orderChat(_, { signal }) {
          entered.resolve();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          throw signal.reason;
        },
      },
      { onClosed: () => void closedStore.push('closed') },
    );
    return { server, entered: entered.promise, release: release.resolve, closedStore };
  }

  it.each(transports)('lets a call over %s end, and closes the store after it', async (_, transport) => {
    const { server, entered, release, closedStore } = await startHeld();
    const call = createClient(UserService, transport(server.url)).getUser({ id: '7' });
    await entered;
    const closed = server.close(60_000);
    expect(closedStore).toEqual([]);
    release();
    expect(await call).toMatchObject({ id: '7' });
    await closed;
    expect(closedStore).toEqual(['closed']);
  });

  it('does not wait for a client that goes on with a request that was answered', async () => {
    const { url, close } = await start(echo);
    for (const path of ['/nope', '/user.v1.UserService/GetUser?']) {
      const client = await RawClient.connect(Number(new URL(url).port));
      const contentType = path === '/nope' ? 'application/grpc' : 'text/plain';
      client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(path, { 'content-type': contentType })));
      await client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 1);
    }
    await close(60_000);
  });

  it('does not cut off the second of two HTTP/1.1 requests sent at once', async () => {
    const { server, entered, release } = await startHeld();
    const socket = connect(portOf(server), '127.0.0.1');
    const head = 'HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"id":"7"}';
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes;
    });
    socket.write(`POST /nope ${head}POST /user.v1.UserService/GetUser ${head}`);
    await entered;
    await expect.poll(() => said).toContain('404');
    const closed = server.close(60_000);
    release();
    await closed;
    expect(said).toContain('{"id":"7"}');
  });

  it('does not wait for idle connections, whatever they speak', async () => {
    const server = await start(echo);
    const silent = connect(portOf(server), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    for (const [, transport] of transports) {
      await createClient(UserService, transport(server.url)).getUser({ id: '7' });
    }
    await server.close(60_000);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('cancels what is left after the grace with UNAVAILABLE', async () => {
    const { server, entered, closedStore } = await startHeld();
    const orders = createClient(OrderService, createGrpcTransport({ baseUrl: server.url }));
    const never = Promise.withResolvers<void>();
    const call = (async () => {
      const nothing = (async function* () {
        yield { orderId: 'ord-1' };
        await never.promise;
      })();
      for await (const _ of orders.orderChat(nothing)) {
        // nothing comes
      }
    })();
    await entered;
    const ended = failureOf(call);
    await server.close(0);
    expect((await ended).code).toBe(Code.Unavailable);
    expect(closedStore).toEqual(['closed']);
    never.resolve();
  });

  it('ends even when a handler does not', async () => {
    const { server, entered, closedStore } = await startHeld();
    const call = createClient(UserService, createGrpcTransport({ baseUrl: server.url })).getUser({ id: '7' });
    const ended = failureOf(call);
    await entered;
    await server.close(0);
    expect(closedStore).toEqual(['closed']);
    await ended;
  });

  it('can be called again', async () => {
    const { server, closedStore } = await startHeld();
    await Promise.all([server.close(), server.close(), server.close(0)]);
    expect(closedStore).toEqual(['closed']);
  });
});
