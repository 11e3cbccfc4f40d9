import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callHeaders } from './testing/call-headers.ts';
import { type ServiceProcess, startProcess } from './testing/index.ts';

// A process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let service: ServiceProcess;
let port: number;
let heapBefore: number;

beforeAll(async () => {
  service = await startProcess(join(import.meta.dirname, 'testing/fault-server.ts'), { LOG_LEVEL: 'info' });
  port = Number(new URL(service.url).port);
  // These calls fill caches and compile code. Otherwise an attack would do so, and that memory would count as a leak.
  for (let i = 0; i < 2_000; i++) await users().getUser({ id: '1' });
  heapBefore = await heap();
});
afterAll(() => service.end('SIGKILL'));

// After each attack the same process serves a new connection, and its memory is as before.
afterEach(async () => {
  expect(await users().getUser({ id: '7' })).toMatchObject({ id: '7' });
  await expect.poll(heap, { timeout: 20_000 }).toBeLessThan(heapBefore * 1.1);
});

let shared: Client<typeof UserService> | undefined;
function users(): Client<typeof UserService> {
  shared ??= createClient(UserService, createGrpcTransport({ baseUrl: service.url }));
  return shared;
}

async function heap(): Promise<number> {
  return Number((await users().listUsers({})).nextPageToken);
}

const getUser = '/user.v1.UserService/GetUser';
const createUser = '/user.v1.UserService/CreateUser';

async function http1(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  let received = '';
  for await (const bytes of socket) received += bytes;
  return received;
}

/** Sends frames in batches until the server ends the connection or all are sent. */
async function flood(frames: (i: number) => Uint8Array, count: number, ...first: Uint8Array[]): Promise<RawClient> {
  const client = await RawClient.connect(port);
  client.send(...first);
  const batch = 500;
  for (let i = 0; i < count && !client.socket.destroyed; i += batch) {
    client.send(...Array.from({ length: batch }, (_, j) => frames(i + j)));
    await new Promise(setImmediate);
  }
  return client;
}

/** Waits for the server to acknowledge a PING, or to close the connection. */
async function settle(client: RawClient): Promise<boolean> {
  const payload = Buffer.from('are you?');
  client.send(frame(FrameType.PING, 0, 0, payload));
  return client
    .next(({ type, flags, payload: echoed }) => type === FrameType.PING && flags === Flag.ACK && echoed.equals(payload))
    .then(
      () => true,
      () => false,
    );
}

describe('an invalid request', () => {
  const head = 'content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n';

  it.each([
    ['with the host [', `POST ${getUser} HTTP/1.1\r\nhost: [\r\n${head}\r\n{}`],
    ['with two hosts', `POST ${getUser} HTTP/1.1\r\nhost: a\r\nhost: a\r\n${head}\r\n{}`],
    ['without a host', `POST ${getUser} HTTP/1.1\r\n${head}\r\n{}`],
    ['with two lengths', `POST ${getUser} HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n${head}\r\n{}`],
  ])('%s is refused over HTTP/1.1', async (_, text) => {
    expect(await http1(text)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['hello\r\n\r\n', 'INVALID CONNECTION PREFACE\r\n\r\n', '\x16\x03\x01'.repeat(20)])(
    'that is not HTTP (%j) closes its connection',
    async (text) => {
      expect(await http1(text)).toBe('');
    },
  );

  it('with the authority [ is refused over HTTP/2', async () => {
    const client = await RawClient.connect(port);
    const headers = callHeaders(getUser, { ':authority': '[' });
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, headers));
    await client.next(({ streamId }) => streamId === 1).catch(() => {});
    client.socket.destroy();
  });

  it('with invalid HPACK closes its connection', async () => {
    const client = await RawClient.connect(port);
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, Buffer.from([0xff, 0xff, 0xff, 0x7f])));
    await client.closed;
  });
});

describe('an invalid gRPC message', () => {
  async function status(message: Uint8Array, more: Record<string, string> = {}): Promise<string> {
    const session = http2.connect(service.url);
    const request = session.request({
      ':method': 'POST',
      ':path': getUser,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...more,
    });
    let result = '';
    const look = (fields: http2.IncomingHttpHeaders) => {
      result = `${fields['grpc-status'] ?? result}`;
    };
    request.on('response', look).on('trailers', look).resume().end(message);
    await once(request, 'close');
    session.destroy();
    return result;
  }

  const invalidArgument = '3';
  const resourceExhausted = '8';
  const internal = '13';
  const envelope = (flags: number, length: number, message: Uint8Array) => {
    const prefix = Buffer.from([flags, 0, 0, 0, 0]);
    prefix.writeUInt32BE(length, 1);
    return Buffer.concat([prefix, message]);
  };
  const bomb = Buffer.alloc(100_000_000);

  it.each([
    ['is cut off in its envelope header', Buffer.from([0, 0, 0]), {}, [invalidArgument]],
    ['is shorter than its envelope header declares', envelope(0, 100, Buffer.from([8, 1])), {}, [invalidArgument]],
    ['declares more bytes than the limit', envelope(0, 0xffff_ffff, Buffer.from([8, 1])), {}, [resourceExhausted]],
    [
      'is flagged as compressed without an encoding',
      envelope(1, 2, Buffer.from([8, 1])),
      {},
      [internal, invalidArgument],
    ],
    [
      'is not gzip although it is declared',
      envelope(1, 2, Buffer.from([8, 1])),
      { 'grpc-encoding': 'gzip' },
      [invalidArgument, internal],
    ],
    ['is not protobuf', envelope(0, 1, Buffer.from([8])), {}, [invalidArgument]],
  ])('that %s gets a status', async (_, message, more, statuses) => {
    expect(statuses).toContain(await status(message, more as Record<string, string>));
  });

  it.each([
    ['gzip', gzipSync(bomb)],
    ['br', brotliCompressSync(bomb)],
  ])('that is a %s bomb is RESOURCE_EXHAUSTED', async (encoding, compressed) => {
    expect(await status(envelope(1, compressed.length, compressed), { 'grpc-encoding': encoding })).toBe(
      resourceExhausted,
    );
  });

  it('that is nested too deeply is INVALID_ARGUMENT', async () => {
    const startGroup = 0x7b;
    const endGroup = 0x7c;
    const nested = Buffer.concat([Buffer.alloc(10_000, startGroup), Buffer.alloc(10_000, endGroup)]);
    expect(await status(envelope(0, nested.length, nested))).toBe(invalidArgument);
  });
});

describe('a client that floods', () => {
  const call = (id: number) => frame(FrameType.HEADERS, Flag.END_HEADERS, id, callHeaders(createUser));
  const cancel = Buffer.alloc(4);
  cancel.writeUInt32BE(http2.constants.NGHTTP2_CANCEL);

  it('with calls that it resets at once is disconnected', async () => {
    const pair = (i: number) => Buffer.concat([call(2 * i + 1), frame(FrameType.RST_STREAM, 0, 2 * i + 1, cancel)]);
    await (await flood(pair, 50_000)).closed;
  });

  it.each([
    ['of an unknown method', '/nobody', {}],
    ['that waits for status 100', getUser, { expect: '100-continue' }],
  ])('with a request %s that it resets at once is served on', async (_, path, more) => {
    // The frames are in one packet with the preface, so that node:http2 reports the stream only after it has been
    // reset.
    const frames = [
      frame(FrameType.SETTINGS, 0, 0),
      frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(path, more)),
      frame(FrameType.RST_STREAM, 0, 1, Buffer.alloc(4)),
      frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 3, callHeaders('/nobody')),
    ];
    using client = await RawClient.connect(port, Buffer.concat(frames));
    await client.nextOf(FrameType.HEADERS, 3);
  });

  it('with CONTINUATION frames is disconnected', async () => {
    const start = frame(FrameType.HEADERS, 0, 1, callHeaders(getUser));
    const field = Buffer.concat([Buffer.from([0, 1]), Buffer.from('a'), Buffer.from([1]), Buffer.from('b')]);
    await (await flood(() => frame(FrameType.CONTINUATION, 0, 1, field), 100_000, start)).closed;
  });

  it.each([
    ['SETTINGS', frame(FrameType.SETTINGS, 0, 0)],
    ['PING', frame(FrameType.PING, 0, 0, Buffer.alloc(8))],
    ['PRIORITY', frame(FrameType.PRIORITY, 0, 1, Buffer.from([0, 0, 0, 0, 16]))],
  ])('with %s frames does no harm', async (_, bytes) => {
    const client = await flood(() => bytes, 20_000);
    await settle(client);
    client.socket.destroy();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['one-byte', Buffer.alloc(1)],
  ])('with %s DATA frames does no harm', async (_, payload) => {
    const client = await flood(() => frame(FrameType.DATA, 0, 1, payload), 20_000, call(1));
    await settle(client);
    client.socket.destroy();
  });
});

describe('a client that does not read its stream', () => {
  const streams = async () => {
    const { id, authorName } = await createClient(NoteService, createGrpcTransport({ baseUrl: service.url })).getNote(
      {},
    );
    return { begun: Number(id), ended: Number(authorName) };
  };

  it.each([
    ['resets', (client: RawClient) => client.send(frame(FrameType.RST_STREAM, 0, 1, Buffer.alloc(4)))],
    ['drops the connection', (client: RawClient) => client.socket.destroy()],
  ])('and then %s ends its handler', async (_, leave) => {
    const before = await streams();
    const client = await RawClient.connect(port);
    client.send(
      frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/notes.v1.NoteService/ListNotes')),
      frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.alloc(5)),
    );
    await client.next(({ type }) => type === FrameType.DATA);
    leave(client);
    await expect.poll(streams).toEqual({ begun: before.begun + 1, ended: before.ended + 1 });
    client.socket.destroy();
  });

  it('over HTTP/1.1 and then drops the connection ends its handler', async () => {
    const before = await streams();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const head = `POST /notes.v1.NoteService/ListNotes HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web+proto\r\n`;
    socket.write(Buffer.concat([Buffer.from(`${head}content-length: 5\r\n\r\n`), Buffer.alloc(5)]));
    await once(socket, 'readable');
    socket.destroy();
    await expect.poll(streams).toEqual({ begun: before.begun + 1, ended: before.ended + 1 });
  });
});

describe('many calls', () => {
  it('that 5,000 clients cancel leave no memory behind', async () => {
    const transport = createGrpcTransport({ baseUrl: service.url });
    const client = createClient(UserService, transport);
    const cancelled = async () => {
      const abort = new AbortController();
      const call = client.createUser({}, { signal: abort.signal }).catch(() => {});
      await new Promise(setImmediate);
      abort.abort();
      await call;
    };
    for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 100 }, cancelled));
  });

  it('at once, more than MAX_STREAMS, all succeed', async () => {
    const calls = Array.from({ length: 1_000 }, (_, i) => users().getUser({ id: `${i + 1}` }));
    const found = await Promise.all(calls);
    expect(found.map(({ id }) => Number(id))).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });
});
