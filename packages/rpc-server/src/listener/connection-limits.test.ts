import { once } from 'node:events';
import http2 from 'node:http2';
import { connect, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, literals, RawClient, type RawFrame } from '@example/http2/testing';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it, vi } from 'vitest';
import { callHeaders } from '../testing/call-headers.ts';
import { failureOf, testConfig } from '../testing/index.ts';
import { exchange, startServer, untilCancelled } from '../testing/test-server.ts';

const getUserPath = '/user.v1.UserService/GetUser';

/** The frames of a gRPC call of GetUser. */
function call(streamId: number): Buffer[] {
  return [
    frame(FrameType.HEADERS, Flag.END_HEADERS, streamId, callHeaders(getUserPath)),
    frame(FrameType.DATA, Flag.END_STREAM, streamId, Buffer.alloc(5)),
  ];
}

describe('MAX_HEADER_BYTES', () => {
  it('gives a request with more 431 over HTTP/1.1', async () => {
    const { url } = await startServer({ config: { maxHeaderBytes: 2_000 } });
    const statusWith = async (length: number) => {
      const headers = { 'content-type': 'application/json', 'x-long': 'x'.repeat(length) };
      return (await fetch(`${url}${getUserPath}`, { method: 'POST', headers, body: '{}' })).status;
    };
    expect(await statusWith(1_000)).toBe(200);
    expect(await statusWith(2_000)).toBe(431);
  });

  it('gives a request with more 431 over HTTP/2, and does not close the connection', async () => {
    const { url } = await startServer({ config: { maxHeaderBytes: 2_000 } });
    const statusWith = async (length: number) => {
      const fields = { 'content-type': 'application/json', 'x-long': 'x'.repeat(length) };
      const stream = session.request({ ':method': 'POST', ':path': getUserPath, ...fields });
      return (await once(stream.end('{}'), 'response'))[0][':status'];
    };
    // These requests are sent before the client has received the limit.
    const session = http2.connect(url);
    expect(await Promise.all([statusWith(1_000), statusWith(2_000), statusWith(1_500)])).toEqual([200, 431, 200]);
    session.destroy();
  });
});

describe.skipIf(testConfig.http2 === 'node')('a header block over the limit', () => {
  it.each([56_000, 200_000])('of %i bytes costs its own call only', async (length) => {
    const { port } = await startServer();
    using client = await RawClient.connect(port);
    // The server adds these fields to its table, both before and after the fields that it drops.
    const indexed = (name: string, value: string) =>
      Buffer.concat([
        Buffer.from([0x40, name.length]),
        Buffer.from(name),
        Buffer.from([value.length]),
        Buffer.from(value),
      ]);
    const block = Buffer.concat([
      callHeaders(getUserPath),
      indexed('x-before', 'a'),
      ...Array.from({ length: length / 1_000 }, () => literals([['x-long', 'x'.repeat(991)]])),
      indexed('x-after', 'b'),
    ]);
    const frames = [];
    for (let at = 0; at < block.length; at += 16_384) {
      const flags = at + 16_384 >= block.length ? Flag.END_HEADERS : 0;
      const type = at === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      frames.push(frame(type, flags, 3, block.subarray(at, at + 16_384)));
    }
    const isEnd = ({ flags }: RawFrame) => (flags & Flag.END_STREAM) !== 0;
    client.send(...call(1), ...frames, frame(FrameType.DATA, Flag.END_STREAM, 3, Buffer.alloc(5)));
    for (const id of [1, 3]) await client.next((found) => found.streamId === id && isEnd(found));
    // Refers to the two newest entries of the table by their index.
    const later = frame(
      FrameType.HEADERS,
      Flag.END_HEADERS,
      5,
      Buffer.concat([callHeaders(getUserPath), Buffer.from([0x80 | 62, 0x80 | 63])]),
    );
    client.send(later, frame(FrameType.DATA, Flag.END_STREAM, 5, Buffer.alloc(5)));
    await client.nextOf(FrameType.DATA, 5);
    const refused = client.frames.find(({ streamId, type }) => streamId === 3 && type === FrameType.HEADERS);
    expect(String(refused?.payload)).toContain('431');
    expect(client.frames.some(({ type }) => type === FrameType.GOAWAY)).toBe(false);
  });
});

describe('HEADERS_MS', () => {
  const config = { headersMs: 100 };
  /** A timeout that is longer than any test. */
  const unlimited = { headersMs: 600_000 };

  it.each(['', 'P', 'PRI'])('closes a connection that sends nothing but %j', async (text) => {
    const { port } = await startServer({ config });
    expect(await exchange(port, text)).toBe('');
  });

  it.each(['', 'P', 'PRI'])(
    'does not apply to a client that half-closes after %j: it is closed at once',
    async (text) => {
      const { port } = await startServer({ config: unlimited });
      const socket = connect(port, '127.0.0.1');
      socket.resume().end(text);
      await once(socket, 'close');
    },
  );

  it.each(['GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nno preface'])(
    'does not close a connection whose first word arrives byte by byte (%j)',
    async (text) => {
      const { port } = await startServer({ config: unlimited });
      const socket = connect(port, '127.0.0.1').setNoDelay();
      for (const byte of text.slice(0, 5)) {
        socket.write(byte);
        await setImmediate();
      }
      socket.write(text.slice(5));
      expect(await once(socket, 'data')).not.toEqual([]);
      socket.destroy();
    },
  );

  it('gives an HTTP/1.1 request that stops in its header fields 408', async () => {
    const { port } = await startServer({ config });
    expect(await exchange(port, 'POST / HTTP/1.1\r\nhost: a\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('closes an HTTP/2 connection that stops in its preface', async () => {
    const { port } = await startServer({ config });
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // On a busy machine the text may arrive too late, and the socket is reset.
    socket.on('error', () => {}).resume();
    socket.write('PRI * HTTP/2.0\r\n');
    await closed;
  });

  it('does not close an idle HTTP/2 connection', async () => {
    const { port } = await startServer({ config: { headersMs: 1_000 } });
    using client = await RawClient.connect(port);
    await client.next(({ type, flags }) => type === FrameType.SETTINGS && flags === Flag.ACK);
    const silent = connect(port, '127.0.0.1');
    await once(silent.resume(), 'close');
    client.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    await client.next(({ type, flags }) => type === FrameType.PING && flags === Flag.ACK);
  });
});

describe('MAX_STREAMS', () => {
  it('is announced, and a client that exceeds it has its stream refused or its connection closed', async () => {
    const { port } = await startServer({
      config: { maxStreams: 2 },
      users: { getUser: (_, { signal }) => untilCancelled(signal) },
    });
    const client = await RawClient.connect(port);
    const settings = await client.next(({ type }) => type === FrameType.SETTINGS);
    const maxConcurrentStreams = Buffer.from([0, 3, 0, 0, 0, 2]);
    expect(settings.payload.includes(maxConcurrentStreams)).toBe(true);
    for (const id of [1, 3, 5]) client.send(...call(id));
    const refused = client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 5);
    await Promise.race([client.closed, refused]);
    client.socket.destroy();
    await refused.catch(() => {});
  });
});

describe('MAX_CONNECTIONS', () => {
  const isSettings = ({ type }: RawFrame) => type === FrameType.SETTINGS;

  /** A client whose connection is admitted. */
  async function admitted(port: number): Promise<RawClient> {
    const client = await RawClient.connect(port);
    await client.next(isSettings);
    return client;
  }

  it.each([
    ['MAX_CONNECTIONS', { maxConnections: 2 }],
    ['MAX_CONNECTIONS_PER_ADDRESS', { maxConnectionsPerAddress: 2 }],
  ])('%s closes the first idle connection for a new one', async (_, config) => {
    const { port } = await startServer({ config });
    using busy = await admitted(port);
    using idle = await admitted(port);
    busy.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/CreateUser')));
    await busy.settle();
    using _third = await admitted(port);
    expect((await idle.goaway()).code).toBe(0);
    await idle.closed;
    expect(busy.socket.destroyed).toBe(false);
  });

  it('closes an idle connection of HTTP/1.1, and one that has sent nothing', async () => {
    const { url, port } = await startServer({ config: { maxConnections: 2 } });
    const silent = connect(port, '127.0.0.1').resume();
    await once(silent, 'connect');
    const kept = connect(port, '127.0.0.1').resume();
    kept.write('GET /a HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(kept, 'data');
    const closed = [once(silent, 'close'), once(kept, 'close')];
    using _third = await admitted(port);
    await closed[0];
    using _fourth = await admitted(port);
    await closed[1];
    await createClient(UserService, createGrpcTransport({ baseUrl: url })).getUser({});
  });

  it('closes a new connection when none is idle, and admits one again when there is room', async () => {
    const { port } = await startServer({ config: { maxConnections: 1 } });
    using first = await admitted(port);
    first.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/CreateUser')));
    await first.settle();
    await (await RawClient.connect(port)).closed;
    first.socket.destroy();
    await first.closed;
    const isAdmitted = () =>
      admitted(port).then(
        (client) => {
          client.socket.destroy();
          return true;
        },
        () => false,
      );
    await expect.poll(isAdmitted).toBe(true);
  });

  it('counts no connection of a trusted proxy for its address', async () => {
    const config = { maxConnectionsPerAddress: 1, trustedProxies: ['127.0.0.0/8'] };
    const { port } = await startServer({ config });
    using first = await admitted(port);
    using _second = await admitted(port);
    await first.settle();
  });
});

describe('RESETS_PER_SECOND', () => {
  const isPing = ({ type }: RawFrame) => type === FrameType.PING;
  const cancel = Buffer.from([0, 0, 0, http2.constants.NGHTTP2_CANCEL]);

  it.each([
    ['ends a connection with more, fivefold at once', {}, false],
    ['can be raised', { resetsPerSecond: 1_000 }, true],
    ['is ten times as high for a trusted proxy', { trustedProxies: ['127.0.0.1'] }, true],
  ])('%s', async (_, config, isServedOn) => {
    const { port } = await startServer({ config });
    using client = await RawClient.connect(port);
    for (let id = 1; id < 4_000; id += 2) {
      const call = frame(FrameType.HEADERS, Flag.END_HEADERS, id, callHeaders('/user.v1.UserService/CreateUser'));
      client.send(call, frame(FrameType.RST_STREAM, 0, id, cancel));
    }
    client.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    const isAlive = client.next(isPing).then(
      () => true,
      () => false,
    );
    expect(await isAlive).toBe(isServedOn);
  });
});

describe('IDLE_CONNECTION_MS', () => {
  it('closes an HTTP/2 connection without calls', async () => {
    const { url } = await startServer({ config: { idleConnectionMs: 50 } });
    await once(http2.connect(url), 'close');
  });

  it.each([
    [30_000, 5],
    [3_000, 3],
  ])(
    'is announced to HTTP/1.1 clients if it is short, so that they close first: %i ms',
    async (idleConnectionMs, s) => {
      const setTimeout = vi.spyOn(Socket.prototype, 'setTimeout');
      const { url } = await startServer({ config: { idleConnectionMs } });
      expect((await fetch(url)).headers.get('keep-alive')).toBe(`timeout=${s}`);
      // Node sets the timeout after it has sent the response.
      await expect
        .poll(() => setTimeout.mock.calls.some(([ms]) => ms >= idleConnectionMs && ms > s * 1_000))
        .toBe(true);
      setTimeout.mockRestore();
    },
  );

  it('closes an HTTP/1.1 connection after its last call', async () => {
    const { port } = await startServer({ config: { idleConnectionMs: 50 } });
    expect(await exchange(port, `GET / HTTP/1.1\r\nhost: a\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('KEEPALIVE_MS and KEEPALIVE_TIMEOUT_MS', () => {
  it('close an HTTP/2 connection that does not acknowledge a ping', async () => {
    const { port } = await startServer({ config: { keepaliveMs: 50, keepaliveTimeoutMs: 50 } });
    const client = await RawClient.connect(port);
    await client.next(({ type }) => type === FrameType.PING);
    await client.closed;
  });

  it('do not close an HTTP/2 connection that acknowledges pings', async () => {
    const { url } = await startServer({ config: { keepaliveMs: 10, keepaliveTimeoutMs: 60_000 } });
    const session = http2.connect(url);
    for (let i = 0; i < 3; i++) await once(session, 'ping');
    expect(session.closed).toBe(false);
    session.destroy();
  });
});

describe('CONNECTION_AGE_MS and CONNECTION_AGE_GRACE_MS', () => {
  it('drain an old HTTP/2 connection: GOAWAY, and its calls may end', async () => {
    const release = Promise.withResolvers<void>();
    const { port } = await startServer({
      config: { connectionAgeMs: 500 },
      users: { getUser: () => release.promise.then(() => ({})) },
    });
    const client = await RawClient.connect(port);
    client.send(...call(1));
    // A GOAWAY that only announces the shutdown may precede this one: RFC 9113, section 6.8.
    await client.next(({ type, payload }) => type === FrameType.GOAWAY && payload.readUInt32BE() === 1);
    release.resolve();
    const isEnd = ({ type, flags, streamId }: RawFrame) =>
      type === FrameType.HEADERS && streamId === 1 && (flags & Flag.END_STREAM) !== 0;
    await client.next(isEnd);
    await client.closed;
  });

  it('close an old HTTP/2 connection whose calls do not end in the grace', async () => {
    const { url } = await startServer({
      config: { connectionAgeMs: 50, connectionAgeGraceMs: 50 },
      users: { getUser: (_, { signal }) => untilCancelled(signal) },
    });
    await failureOf(createClient(UserService, createGrpcTransport({ baseUrl: url })).getUser({}));
  });
});
