import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { Flag, FrameType, frame, literals, RawClient } from '@example/http2/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { callHeaders } from '../testing/call-headers.ts';
import { receivedOn, startServer, type TestServer } from '../testing/test-server.ts';

const path = '/user.v1.UserService/GetUser';
let server: TestServer;
beforeEach(async () => {
  server = await startServer({});
});

describe('a request with Host instead of :authority', () => {
  it.each(['grpc', 'grpc-web', 'proto', 'json'])(
    'is served, unless the value of Host is invalid (%s)',
    async (type) => {
      using client = await RawClient.connect(server.port);
      const call = (streamId: number, host: string) => {
        const fields = {
          ':method': 'POST',
          ':scheme': 'http',
          ':path': path,
          host,
          'content-type': `application/${type}`,
        };
        const headers = frame(FrameType.HEADERS, Flag.END_HEADERS, streamId, literals(Object.entries(fields)));
        const body = type === 'json' ? Buffer.from('{}') : Buffer.alloc(type === 'proto' ? 0 : 5);
        client.send(headers, frame(FrameType.DATA, Flag.END_STREAM, streamId, body));
        return client.nextOf(FrameType.HEADERS, streamId);
      };
      // The index of `:status: 200` in the static table of HPACK, and of `:status: 400`.
      expect((await call(1, 'localhost')).payload[0]).toBe(0x88);
      expect((await call(3, '[')).payload[0]).toBe(0x8c);
    },
  );
});

describe('the host of a request', () => {
  it.each([
    ['a name', 'example.org', true],
    ['a name and a port', 'example.org:9000', true],
    ['an IPv6 address', '[::1]:9000', true],
    ['the path of a socket, as grpcio sends it', '%2Frun%2Fs.sock', true],
    ['an underscore', 'user_service', true],
    ['no IPv6 address in brackets', '[::1::]', false],
    ['an open bracket', '[', false],
    ['a path', 'a/b', false],
    ['a query', 'a?b', false],
    ['half an escape', 'a%2', false],
    ['a port that is no number', 'a:b', false],
    ['white space', 'a b', false],
    ['nothing', '', false],
  ])('that is %s (%j) is valid: %s', async (_, authority, isValid) => {
    using client = await RawClient.connect(server.port);
    client.send(
      frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders(path, { ':authority': authority })),
      frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.alloc(5)),
    );
    // node:http2 resets some streams with an invalid host.
    const { type, payload } = await client.next(({ streamId }) => streamId === 1);
    expect(type === FrameType.HEADERS && payload[0] === 0x88).toBe(isValid);
  });
});

describe('the content type of a request', () => {
  it.each([
    ['application/grpc;charset=utf-8', 200],
    ['application/grpc+proto; charset=UTF-8', 200],
    ['application/grpc-web; charset="utf-8"', 200],
    ['application/json;charset=utf8', 200],
    ['application/json ; charset=utf-8', 200],
    ['application/proto; charset=utf-8', 200],
    ['application/json; charset=iso-8859-1', 415],
    ['application/grpc+json; charset=utf-16', 415],
    ['application/grpcish', 415],
  ])('%j gets status %i', async (type, status) => {
    const body = type.includes('json') && !type.includes('grpc') ? '{}' : Buffer.alloc(type.includes('grpc') ? 5 : 0);
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(status);
  });
});

describe('the version of the Connect protocol', () => {
  const post = async (type: string, method: string, version: string | undefined) => {
    const headers = { 'content-type': type, ...(version !== undefined && { 'connect-protocol-version': version }) };
    const body = type.includes('+') ? Buffer.from([0, 0, 0, 0, 2, 123, 125]) : '{}';
    const response = await fetch(`${server.url}/${method}`, { method: 'POST', headers, body });
    return await response.text();
  };

  it.each([
    [undefined, true],
    ['1', true],
    ['2', false],
    ['1, 2', false],
    ['', true],
  ])('%j is supported: %s', async (version, isSupported) => {
    const unary = await post('application/json', 'user.v1.UserService/GetUser', version);
    const stream = await post('application/connect+json', 'notes.v1.NoteService/ListNotes', version);
    expect(unary.includes('invalid_argument')).toBe(!isSupported);
    expect(stream.includes('invalid_argument')).toBe(!isSupported);
  });
});

it('white space around a value of metadata is dropped', async () => {
  const values: unknown[] = [];
  const { port } = await startServer({
    users: {
      getUser(_, { requestHeader }) {
        values.push(['x-value', 'x-empty', 'x-end', 'x-start'].map((name) => requestHeader.get(name)));
        return {};
      },
    },
  });
  using client = await RawClient.connect(port);
  for (const id of [1, 3]) {
    // The second request has the same header block, which the server may have cached.
    const block = callHeaders(path, { 'x-value': ' \tone two ', 'x-empty': ' ', 'x-end': 'a\t', 'x-start': ' a' });
    client.send(
      frame(FrameType.HEADERS, Flag.END_HEADERS, id, block),
      frame(FrameType.DATA, Flag.END_STREAM, id, Buffer.alloc(5)),
    );
    await client.nextOf(FrameType.DATA, id);
  }
  expect(values).toEqual([
    ['one two', '', 'a', 'a'],
    ['one two', '', 'a', 'a'],
  ]);
});

describe('a request with Expect: 100-continue', () => {
  it.each([
    ['another content type', { 'content-type': 'application/xml' }, 415],
    ['an unknown method', { ':path': '/nobody', 'content-type': 'application/json' }, 404],
    ['a wrong timeout', { 'content-type': 'application/json', 'connect-timeout-ms': 'soon' }, 400],
  ])('that is refused for %s gets no status 100, over both HTTP versions', async (_, more, status) => {
    const session = http2.connect(server.url);
    const fields = { ':method': 'POST', ':path': path, expect: '100-continue', ...more };
    const stream = session.request(fields);
    const onContinue = vi.fn();
    stream.on('continue', onContinue);
    expect((await once(stream, 'response'))[0]).toMatchObject({ ':status': status });
    expect(onContinue).not.toHaveBeenCalled();
    session.destroy();

    const { ':path': target, ':method': method, ...headers } = fields;
    const lines = Object.entries({ host: 'a', 'content-length': '2', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
    expect(String((await once(socket, 'data'))[0])).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
  });

  it('gets status 100 over HTTP/1.1 before its body is sent', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const received = receivedOn(socket);
    const fields = 'host: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue';
    socket.write(`POST ${path} HTTP/1.1\r\n${fields}\r\n\r\n`);
    await expect.poll(received).toMatch(/^HTTP\/1\.1 100 /);
    socket.write('{}');
    await expect.poll(received).toContain('HTTP/1.1 200 ');
    socket.destroy();
  });

  it.each(['grpc', 'grpc-web', 'proto'])('gets status 100 before its body is sent (%s)', async (type) => {
    const session = http2.connect(server.url);
    const headers = { ':method': 'POST', ':path': path, 'content-type': `application/${type}` };
    const request = session.request({ ...headers, expect: '100-continue' });
    await once(request, 'continue');
    request.end(Buffer.alloc(type === 'proto' ? 0 : 5));
    expect((await once(request, 'response'))[0]).toMatchObject({ ':status': 200 });
    session.destroy();
  });
});
