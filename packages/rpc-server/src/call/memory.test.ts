import { once } from 'node:events';
import http2, { type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { CreateUserRequestSchema, UserService } from '@example/protos/user/v1';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf } from '../testing/index.ts';
import { receivedOn, recordingLogger, startServer, type TestServer } from '../testing/test-server.ts';

const kibi = 1024;
const config = { maxMessageBytes: 128 * kibi, connectionMemoryBytes: 512 * kibi, memoryBudgetBytes: 4 * 1024 * kibi };
const getUser = '/user.v1.UserService/GetUser';
const listUsers = '/user.v1.UserService/ListUsers';
/** The bytes that clients send of a body of 100 KiB: all but the last one. */
const part = Buffer.alloc(100 * kibi - 1);

const head = (path: string, contentType: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n`;

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function session(url: string, settings: http2.Settings = {}): Promise<ClientHttp2Session> {
  const connected = http2.connect(url, { settings });
  onTestFinished(() => connected.destroy());
  await once(connected, 'remoteSettings');
  return connected;
}

/** The statuses of the calls that have received one, of gRPC or of HTTP. */
type Statuses = (string | number)[];

function call(client: ClientHttp2Session, path: string, contentType: string, body: Buffer, statuses: Statuses) {
  const stream = client.request({ ':method': 'POST', ':path': path, 'content-type': contentType });
  stream.on('error', () => {}).on('close', () => stream.rstCode !== 0 && statuses.push(`reset ${stream.rstCode}`));
  stream.on('response', (fields) => statuses.push((fields['grpc-status'] as string) ?? fields[':status'] ?? ''));
  stream.resume().write(body);
}

/** A call of normal size on a connection of its own. */
async function othersAreServed({ url }: TestServer): Promise<void> {
  for (const createTransport of [createGrpcTransport, createConnectTransport]) {
    const users = createClient(UserService, createTransport({ baseUrl: url, httpVersion: '2' }));
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  }
}

describe('unfinished requests', () => {
  it('of 100 connections of HTTP/1.1 hold at most half of the budget', async () => {
    const server = await startServer({ config });
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(server.port)));
    const received = sockets.map(receivedOn);
    for (const socket of sockets) {
      socket.write(Buffer.concat([Buffer.from(head(getUser, 'application/proto', part.length + 1)), part]));
    }
    // Calls may use 2 MiB. All belong to one caller, who gets half: nine requests of about 104 KiB.
    await expect.poll(() => received.filter((text) => text() !== '').length).toBe(100 - 9);
    for (const text of received) expect(text()).toMatch(/^$|^HTTP\/1\.1 429 [\s\S]*"code":"resource_exhausted"/);
    await othersAreServed(server);
  });

  it.each([
    ['gRPC', getUser, 'application/grpc', '8'],
    ['gRPC streams', '/notes.v1.NoteService/UploadLines', 'application/grpc', '8'],
    ['gRPC-Web', getUser, 'application/grpc-web', 200],
    ['Connect', getUser, 'application/proto', 429],
  ])('of one connection of HTTP/2 hold at most its limit: %s', async (_, path, contentType, status) => {
    const uploadLines = async (lines: AsyncIterable<unknown>) => {
      for await (const _ of lines);
      return {};
    };
    const server = await startServer({ config, notes: { uploadLines } });
    const client = await session(server.url);
    const statuses: Statuses = [];
    const body = Buffer.from(part);
    body.writeUInt32BE(body.length, 1);
    for (let i = 0; i < 10; i++) call(client, path, contentType, body, statuses);
    // The limit of 512 KiB has room for four requests of about 104 KiB.
    await expect.poll(() => statuses.length).toBe(6);
    expect(statuses).toEqual(Array(6).fill(status));
    await othersAreServed(server);
  });

  it('are forgotten when their clients leave', async () => {
    const server = await startServer({ config, users: { createUser: () => ({}), getUser: ({ id }) => ({ id }) } });
    for (let round = 0; round < 20; round++) {
      const socket = await open(server.port);
      socket.write(Buffer.concat([Buffer.from(head(getUser, 'application/proto', part.length + 1)), part]));
      await othersAreServed(server);
      socket.destroy();
      await once(socket, 'close');
    }
    const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
    // This call would fail if its caller still held the whole share.
    await users.createUser({ name: 'x'.repeat(100 * kibi) });
  });
});

describe('requests that handlers have', () => {
  /** A server whose CreateUser never ends. */
  const start = () =>
    startServer({ config, users: { createUser: () => new Promise(() => {}), getUser: ({ id }) => ({ id }) } });
  const createUser = '/user.v1.UserService/CreateUser';
  const message = toBinary(CreateUserRequestSchema, create(CreateUserRequestSchema, { name: 'x'.repeat(100 * kibi) }));

  it('count when they are decompressed', async () => {
    const server = await start();
    const client = await session(server.url);
    const statuses: Statuses = [];
    const bomb = gzipSync(message);
    for (let i = 0; i < 10; i++) {
      const stream = client.request({
        ':method': 'POST',
        ':path': createUser,
        'content-type': 'application/proto',
        'content-encoding': 'gzip',
      });
      stream.on('error', () => {}).on('response', (fields) => statuses.push(fields[':status'] ?? ''));
      stream.resume().end(bomb);
    }
    await expect.poll(() => statuses.length).toBeGreaterThanOrEqual(6);
    expect(new Set(statuses)).toEqual(new Set([429]));
    await othersAreServed(server);
  });

  it('count until their handlers end, also after their clients have cancelled them', async () => {
    const server = await start();
    const client = await session(server.url);
    const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
    const status = async () => {
      const stream = client.request({ ':method': 'POST', ':path': createUser, 'content-type': 'application/proto' });
      stream.on('error', () => {}).end(message);
      const response = once(stream, 'response').then(([fields]) => fields[':status'] as number);
      // A call on another connection gets its response after this one has been read.
      await Promise.race([response, new Promise((resolve) => client.ping(resolve))]);
      await users.getUser({ id: '1' });
      stream.close(http2.constants.NGHTTP2_CANCEL);
      return await Promise.race([response, once(stream, 'close').then(() => undefined)]);
    };
    const statuses: (number | undefined)[] = [];
    while (!statuses.includes(429) && statuses.length < 20) statuses.push(await status());
    // Four requests fit. The memory of the last one may be released before the next one is read.
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeGreaterThan(4);
  });
});

describe('responses that are not read', () => {
  const large = 100 * kibi;
  const users = {
    listUsers: () => ({ nextPageToken: 'x'.repeat(large) }),
    getUser: ({ id }: { id: string }) => ({ id }),
  };

  it.each([
    ['gRPC', 'application/grpc'],
    ['Connect', 'application/proto'],
  ])('over HTTP/2 hold at most the limit of their connection: %s', async (_, contentType) => {
    const server = await startServer({ config, users });
    const client = await session(server.url, { initialWindowSize: 0 });
    const statuses: Statuses = [];
    for (let i = 0; i < 10; i++) {
      const body = contentType === 'application/grpc' ? Buffer.alloc(5) : Buffer.alloc(0);
      const stream = client.request({ ':method': 'POST', ':path': listUsers, 'content-type': contentType });
      stream
        .on('error', () => {})
        .on('response', (fields) => statuses.push(fields['grpc-status']?.[0] ?? fields[':status'] ?? ''));
      stream.end(body);
    }
    const refused = contentType === 'application/grpc' ? '8' : 429;
    await expect.poll(() => statuses.length).toBe(10);
    expect(statuses.filter((status) => status === refused)).toHaveLength(6);
    await othersAreServed(server);
  });

  it('over HTTP/1.1 hold at most half of the budget, until their connections close', async () => {
    const response = 24_000_000;
    const slow = { memoryBudgetBytes: 512_000_000, connectionMemoryBytes: 64_000_000, headersMs: 60_000 };
    const listUsers = () => ({ nextPageToken: 'x'.repeat(response) });
    const server = await startServer({ config: slow, users: { ...users, listUsers } });
    const request = head('/user.v1.UserService/ListUsers', 'application/proto', 0);
    const begun = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const socket = await open(server.port);
        socket.write(request);
        await once(socket, 'readable');
        return { socket, status: `${socket.read(12)}` };
      }),
    );
    const statuses = begun.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill('HTTP/1.1 200'), ...Array(7).fill('HTTP/1.1 429')]);
    await othersAreServed(server);
    for (const { socket } of begun) socket.destroy();
    const last = createClient(UserService, createConnectTransport({ baseUrl: server.url, httpVersion: '1.1' }));
    await expect
      .poll(() =>
        last.listUsers({}).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('over HTTP/1.1 end their connection after HEADERS_MS, whatever timeout the client sets', async () => {
    const listUsers = () => ({ nextPageToken: 'x'.repeat(24_000_000) });
    const { logger, lines } = recordingLogger();
    const server = await startServer({ config: { headersMs: 300 }, users: { ...users, listUsers }, logger });
    const socket = await open(server.port);
    socket.pause();
    socket.write(
      head('/user.v1.UserService/ListUsers', 'application/proto', 0).replace(
        'host',
        'connect-timeout-ms: 600000\r\nhost',
      ),
    );
    await expect.poll(() => lines.length).toBe(1);
  });
});

it('a response that no connection may hold is RESOURCE_EXHAUSTED', async () => {
  const server = await startServer({ config, users: { getUser: () => ({ name: 'x'.repeat(600 * kibi) }) } });
  const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url }));
  const error = await failureOf(users.getUser({}));
  expect(error.code).toBe(Code.ResourceExhausted);
  expect(error.rawMessage).toBe('too much data is waiting to be sent or read, try again later');
});
