import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Code, createClient, type ServiceImpl } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient, type RawFrame } from '@example/http2/testing';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from './config/server-config.ts';
import { type RunningServer, serve } from './serve.ts';
import { callHeaders } from './testing/call-headers.ts';
import { failureOf, silentLogger, testConfig, transports } from './testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

type Users = Partial<ServiceImpl<typeof UserService>>;
type Orders = Partial<ServiceImpl<typeof OrderService>>;

const getUserPath = '/user.v1.UserService/GetUser';

async function start(limits: Partial<ServerConfig>, users: Users = {}, orders: Orders = {}): Promise<number> {
  server = await serve({
    config: { ...testConfig, ...limits },
    logger: silentLogger,
    routes: (router) =>
      router.service(UserService, { getUser: ({ id }) => ({ id }), ...users }).service(OrderService, orders),
  });
  return Number(new URL(server.url).port);
}

const grpc = () => createGrpcTransport({ baseUrl: server.url });

/** What a server says on a connection of its own, until it ends it. */
async function saidTo(port: number, ...writes: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const text of writes) socket.write(text);
  let said = '';
  for await (const bytes of socket) said += bytes;
  return said;
}

/** Resolves never, but throws when the call is cancelled. */
function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('MAX_HEADER_BYTES', () => {
  it('is 431 over HTTP/1.1', async () => {
    const port = await start({ maxHeaderBytes: 2_000 });
    const headers = { 'content-type': 'application/json' };
    const call = (length: number) =>
      fetch(`http://localhost:${port}${getUserPath}`, {
        method: 'POST',
        headers: { ...headers, 'x-long': 'x'.repeat(length) },
        body: '{}',
      });
    expect((await call(1_000)).status).toBe(200);
    expect((await call(2_000)).status).toBe(431);
  });

  it('refuses the call over HTTP/2', async () => {
    await start({ maxHeaderBytes: 2_000 });
    const users = createClient(UserService, grpc());
    const call = (length: number) => users.getUser({ id: '1' }, { headers: { 'x-long': 'x'.repeat(length) } });
    expect(await call(1_000)).toMatchObject({ id: '1' });
    await failureOf(call(2_000));
  });
});

describe('HEADERS_MS', () => {
  const limits = { headersMs: 100 };

  it.each(['', 'P', 'PRI', 'POST'])('ends a connection that says nothing but %j', async (text) => {
    expect(await saidTo(await start(limits), text)).toBe('');
  });

  it.each(['', 'P', 'PRI'])(
    'does not wait for more of a client that ends with %j',
    async (text) => {
      const socket = connect(await start({ headersMs: 600_000 }), '127.0.0.1');
      socket.resume().end(text);
      await once(socket, 'close');
    },
    5_000,
  );

  it.each(['GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nno preface'])(
    'leaves a connection alone whose first word comes byte by byte (%j)',
    async (text) => {
      const socket = connect(await start({ headersMs: 2_000 }), '127.0.0.1').setNoDelay();
      for (const byte of text.slice(0, 5)) {
        socket.write(byte);
        await setImmediate();
      }
      socket.write(text.slice(5));
      expect(await once(socket, 'data')).not.toEqual([]);
      socket.destroy();
    },
  );

  it('ends a request that stops in its headers', async () => {
    expect(await saidTo(await start(limits), 'POST / HTTP/1.1\r\nhost: a\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('ends an HTTP/2 connection that stops in its preface', async () => {
    const socket = connect(await start(limits), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // On a busy machine what it says may come too late, and is answered by a reset.
    socket.on('error', () => {}).resume();
    socket.write('PRI * HTTP/2.0\r\n');
    await closed;
  });

  it('ends an HTTP/2 connection that drips a header block', async () => {
    const client = await RawClient.connect(await start(limits));
    const block = frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(getUserPath));
    let sent = 0;
    const drip = setInterval(() => client.send(block.subarray(sent, ++sent)), 10);
    await client.closed;
    clearInterval(drip);
    expect(sent).toBeLessThan(block.length);
  });

  it('leaves an idle HTTP/2 connection alone', async () => {
    const port = await start({ headersMs: 50 });
    const client = await RawClient.connect(port);
    await client.next(({ type, flags }) => type === FrameType.SETTINGS && flags === Flag.ACK);
    const silent = connect(port, '127.0.0.1');
    silent.resume();
    await once(silent, 'close');
    client.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    await client.next(({ type, flags }) => type === FrameType.PING && flags === Flag.ACK);
    client.socket.destroy();
  });
});

describe('REQUEST_BODY_MS', () => {
  it('ends a call whose request does not arrive, over HTTP/1.1', async () => {
    const head = `POST ${getUserPath} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nconnection: close\r\n`;
    const said = await saidTo(await start({ requestBodyMs: 50 }), `${head}content-length: 10\r\n\r\n{"id`);
    expect(said).toContain('"code":"deadline_exceeded"');
  });

  it('ends a call whose request does not arrive, over HTTP/2', async () => {
    await start({ requestBodyMs: 50 });
    const session = http2.connect(server.url);
    const request = session.request({ ':method': 'POST', ':path': getUserPath, 'content-type': 'application/grpc' });
    request.write(Buffer.from([0, 0]));
    request.resume();
    // Without a message trailers may be all that there is of a response.
    const [first] = await once(request, 'response');
    const [trailers] = 'grpc-status' in first ? [first] : await once(request, 'trailers');
    expect(trailers).toMatchObject({ 'grpc-status': `${Code.DeadlineExceeded}` });
    session.destroy();
  });
});

describe('MESSAGE_GAP_MS', () => {
  const uploadLineItems: Orders['uploadLineItems'] = async (items) => {
    let itemCount = 0;
    for await (const _ of items) itemCount += 1;
    return { itemCount };
  };

  it.each(transports)('ends a stream whose client falls silent, over %s', async (_, transport) => {
    await start({ messageGapMs: 50 }, {}, { uploadLineItems });
    const orders = createClient(OrderService, transport(server.url));
    const call = orders.uploadLineItems(
      (async function* () {
        yield {};
        await new Promise(() => {});
      })(),
    );
    expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
  });
});

describe('DEFAULT_DEADLINE_MS and MAX_DEADLINE_MS', () => {
  const users: Users = {
    getUser: (_, { timeoutMs }) => ({ name: `${Math.ceil((timeoutMs() ?? 0) / 1000)} s` }),
    listUsers: (_, { signal }) => untilCancelled(signal),
  };
  const orders: Orders = {
    async *listOrders(_, { timeoutMs }) {
      yield { total: timeoutMs() ?? 0 };
    },
    uploadLineItems: async (_, { timeoutMs }) => ({ itemCount: timeoutMs() === undefined ? 1 : 0 }),
  };

  it.each(transports)('decide how long a call over %s may take', async (_, transport) => {
    await start({ defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000 }, users, orders);
    const client = createClient(UserService, transport(server.url));
    expect((await client.getUser({})).name).toBe('20 s');
    expect((await client.getUser({}, { timeoutMs: 5_000 })).name).toBe('5 s');
    expect((await client.getUser({}, { timeoutMs: 3_600_000 })).name).toBe('60 s');

    const orderClient = createClient(OrderService, transport(server.url));
    for await (const { total } of orderClient.listOrders({})) expect(total).toBeGreaterThan(10_000);
    const nothing = (async function* () {})();
    expect((await orderClient.uploadLineItems(nothing)).itemCount).toBe(1);
  });

  it.each(transports)('end a call over %s with DEADLINE_EXCEEDED', async (_, transport) => {
    await start({ defaultDeadlineMs: 50 }, users);
    const call = createClient(UserService, transport(server.url)).listUsers({});
    expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
  });

  it('end a call whose handler does not care', async () => {
    await start({ defaultDeadlineMs: 50 }, { getUser: () => new Promise(() => {}) });
    const call = createClient(UserService, grpc()).getUser({});
    expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
  });
});

describe('a client that does not take its answer', () => {
  it('is reset some time after the deadline, over HTTP/2', async () => {
    const client = await RawClient.connect(await start({ defaultDeadlineMs: 100 }));
    const noWindow = Buffer.from([0, 4, 0, 0, 0, 0]);
    client.send(
      frame(FrameType.SETTINGS, 0, 0, noWindow),
      frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(getUserPath)),
      frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.alloc(5)),
    );
    await client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 1);
    client.socket.destroy();
  });
});

describe('MAX_MESSAGE_BYTES', () => {
  it.each(transports)('is RESOURCE_EXHAUSTED over %s', async (_, transport) => {
    await start({ maxMessageBytes: 1_000 });
    const users = createClient(UserService, transport(server.url));
    expect((await failureOf(users.createUser({ name: 'x'.repeat(1_000) }))).code).toBe(Code.ResourceExhausted);
  });

  it('holds for what a small message decompresses to', async () => {
    const port = await start({ maxMessageBytes: 100_000 });
    const response = await fetch(`http://localhost:${port}${getUserPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(50_000_000, ' ')),
    });
    expect(await response.json()).toMatchObject({ code: 'resource_exhausted' });
  });
});

describe('MAX_STREAMS', () => {
  it('refuses the stream, or ends the connection, of a client that does not keep to it', async () => {
    const client = await RawClient.connect(
      await start({ maxStreams: 2 }, { getUser: (_, { signal }) => untilCancelled(signal) }),
    );
    const settings = await client.next(({ type }) => type === FrameType.SETTINGS);
    const maxConcurrentStreams = Buffer.from([0, 3, 0, 0, 0, 2]);
    expect(settings.payload.includes(maxConcurrentStreams)).toBe(true);
    for (const id of [1, 3, 5]) {
      client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, id, callHeaders(getUserPath)));
      client.send(frame(FrameType.DATA, Flag.END_STREAM, id, Buffer.alloc(5)));
    }
    const refused = client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 5);
    await Promise.race([client.closed, refused]);
    client.socket.destroy();
    await refused.catch(() => {});
  });
});

describe('MAX_CONNECTIONS', () => {
  it('ends one too many, and takes one again when there is room', async () => {
    const port = await start({ maxConnections: 2 });
    const [first, second] = [await RawClient.connect(port), await RawClient.connect(port)];
    const isSettings = ({ type }: RawFrame) => type === FrameType.SETTINGS;
    await first.next(isSettings);
    await second.next(isSettings);
    await (await RawClient.connect(port)).closed;
    first.socket.destroy();
    await first.closed;
    await expect
      .poll(async () => {
        const client = await RawClient.connect(port);
        const isTaken = await client.next(isSettings).then(
          () => true,
          () => false,
        );
        client.socket.destroy();
        return isTaken;
      })
      .toBe(true);
    second.socket.destroy();
  });
});

describe('IDLE_CONNECTION_MS', () => {
  it('ends an HTTP/2 connection without calls', async () => {
    await start({ idleConnectionMs: 50 });
    const session = http2.connect(server.url);
    await once(session, 'close');
  });

  it('ends an HTTP/1.1 connection without calls', async () => {
    const port = await start({ idleConnectionMs: 50 });
    expect(await saidTo(port, `GET / HTTP/1.1\r\nhost: a\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('KEEPALIVE_MS and KEEPALIVE_TIMEOUT_MS', () => {
  it('end an HTTP/2 connection that does not answer', async () => {
    const client = await RawClient.connect(await start({ keepaliveMs: 50, keepaliveTimeoutMs: 50 }));
    await client.next(({ type }) => type === FrameType.PING);
    await client.closed;
  });

  it('leave one that answers alone', async () => {
    await start({ keepaliveMs: 10, keepaliveTimeoutMs: 1_000 });
    const session = http2.connect(server.url);
    for (let i = 0; i < 3; i++) await once(session, 'ping');
    expect(session.closed).toBe(false);
    session.destroy();
  });
});

describe('CONNECTION_AGE_MS', () => {
  it('makes the client of an HTTP/2 connection look for another, and lets its call end', async () => {
    const release = Promise.withResolvers<void>();
    const port = await start({ connectionAgeMs: 50 }, { getUser: () => release.promise.then(() => ({})) });
    const client = await RawClient.connect(port);
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(getUserPath)));
    client.send(frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.alloc(5)));
    // Before it there may be one that only warns: RFC 9113, section 6.8.
    await client.next(({ type, payload }) => type === FrameType.GOAWAY && payload.readUInt32BE() === 1);
    release.resolve();
    const isEnd = ({ type, flags, streamId }: RawFrame) =>
      type === FrameType.HEADERS && streamId === 1 && (flags & Flag.END_STREAM) !== 0;
    await client.next(isEnd);
    await client.closed;
  });

  it('ends an HTTP/1.1 connection after a call', async () => {
    const port = await start({ connectionAgeMs: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.resume();
    await once(socket, 'close');
  });

  it('ends what is left after CONNECTION_AGE_GRACE_MS', async () => {
    await start(
      { connectionAgeMs: 50, connectionAgeGraceMs: 50 },
      { getUser: (_, { signal }) => untilCancelled(signal) },
    );
    await failureOf(createClient(UserService, grpc()).getUser({}));
  });
});
