import { once } from 'node:events';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer({
    config: { maxMessageBytes: 64 },
    users: { createUser: ({ name }) => ({ name }) },
  });
});

type Fields = Record<string, string>;
type Get = (path: string, fields?: Fields) => Promise<{ status: number; body: string }>;

const overHttp1: Get = async (path, fields = {}) => {
  const response = await fetch(`${server.url}${path}`, { headers: fields });
  return { status: response.status, body: await response.text() };
};

const overHttp2: Get = async (path, fields = {}) => {
  const session = http2.connect(server.url);
  try {
    const stream = session.request({ ':path': path, ...fields });
    const [headers] = await once(stream, 'response');
    return { status: headers[':status'], body: await text(stream) };
  } finally {
    session.destroy();
  }
};

const getUser = '/user.v1.UserService/GetUser';
const proto = Buffer.from([0x08, 7]);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const json = encodeURIComponent('{"id":"7"}');

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a Connect call by GET over %s', (_, get) => {
  it.each([
    ['JSON as text', `encoding=json&message=${json}`, '{"id":"7"}'],
    ['JSON with a question mark', `encoding=json&message=%7B%22?%22:1,%22id%22:7%7D`, '{"id":"7"}'],
    ['JSON in base64', `connect=v1&base64=1&encoding=json&message=${base64(Buffer.from('{"id":"7"}'))}`, '{"id":"7"}'],
    ['proto in base64', `base64=1&encoding=proto&message=${base64(proto)}`, proto.toString()],
    ['proto in padded base64', `base64=1&encoding=proto&message=CAc%3D`, proto.toString()],
    ['proto as text', `encoding=proto&message=${encodeURIComponent(proto.toString())}`, proto.toString()],
    ['a replacement character', `encoding=json&message=%7B%22id%22:7,%22other%22:%22%EF%BF%BD%22%7D`, '{"id":"7"}'],
    ['no message, which is an empty one of proto', 'encoding=proto', ''],
    ['gzip', `base64=1&compression=gzip&encoding=proto&message=${base64(gzipSync(proto))}`, proto.toString()],
    ['a query with a fragment', `encoding=json&message=${json}#end`, '{"id":"7"}'],
    ['no compression by name', `encoding=json&compression=identity&message=${json}`, '{"id":"7"}'],
  ])('accepts %s', async (_, query, body) => {
    expect(await get(`${getUser}?${query}`)).toEqual({ status: 200, body });
  });

  it.each([
    ['invalid base64', `base64=1&encoding=proto&message=*`, 400, 'invalid_argument'],
    ['base64 with a + that is not encoded', `base64=1&encoding=proto&message=CA+c`, 400, 'invalid_argument'],
    ['invalid UTF-8', 'encoding=json&message=%7B%22id%22:%221%22,%22other%22:%22Zo%EB%22%7D', 400, 'invalid_argument'],
    ['an invalid message', 'encoding=json&message=%7B', 400, 'invalid_argument'],
    [
      'an uncompressed message that is declared as gzip',
      `base64=1&compression=gzip&encoding=proto&message=Cgc`,
      400,
      'invalid_argument',
    ],
    ['another version of the protocol', `connect=v2&encoding=json&message=${json}`, 400, 'invalid_argument'],
    ['an unknown compression', `encoding=json&compression=rot13&message=${json}`, 501, 'unimplemented'],
    ['a message over the limit', `encoding=json&message=${'+'.repeat(80)}`, 429, 'resource_exhausted'],
  ])('refuses %s', async (_, query, status, code) => {
    const { body, ...response } = await get(`${getUser}?${query}`);
    expect({ ...response, code: JSON.parse(body).code }).toEqual({ status, code });
  });

  it.each([
    ['no encoding', `${getUser}?message=${json}`, 415],
    ['no query', getUser, 415],
    ['an unknown encoding', `${getUser}?encoding=xml&message=${json}`, 415],
    ['a method that has side effects', `/user.v1.UserService/CreateUser?encoding=json&message=${json}`, 405],
    ['an unknown method', `/user.v1.UserService/Nothing?encoding=json&message=${json}`, 404],
  ])('is refused with %s', async (_, path, status) => {
    expect(await get(path)).toMatchObject({ status });
  });

  it('may have the content type of Connect, and a timeout', async () => {
    const path = `${getUser}?encoding=json&message=${json}`;
    expect(await get(path, { 'content-type': 'application/json' })).toMatchObject({ status: 200 });
    expect(await get(path, { 'content-type': 'application/grpc' })).toMatchObject({ status: 415 });
    expect(await get(path, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await get(path, { 'connect-timeout-ms': '0' })).toMatchObject({ status: 504 });
    expect(await get(path, { 'connect-timeout-ms': 'soon' })).toMatchObject({ status: 400 });
    // The content encoding describes the body, which is ignored.
    expect(await get(path, { 'content-encoding': 'rot13' })).toMatchObject({ status: 200 });
  });
});

it('the body of a Connect call by GET is ignored', async () => {
  const session = http2.connect(server.url);
  const stream = session.request({ ':path': `${getUser}?encoding=json&message=${json}` }, { endStream: false });
  stream.end(Buffer.alloc(1_000));
  expect(await text(stream)).toBe('{"id":"7"}');
  session.destroy();
});
