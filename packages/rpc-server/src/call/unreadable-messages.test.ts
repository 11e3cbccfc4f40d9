import { once } from 'node:events';
import http2 from 'node:http2';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { all, startServer } from '../testing/test-server.ts';

function post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/user.v1.UserService/GetUser`, { method: 'POST', headers, body });
}

it.each([
  ['application/json', '{"id":"seven"}'],
  ['application/json', '{'],
  ['application/json', '{"id":"0x1"}'],
  ['application/json', '{"id":" 1"}'],
  ['application/json', '{"id":"+1"}'],
  ['application/json', '{"id":""}'],
  ['application/json', new Uint8Array(Buffer.from('{"id":"1","other":"Zo\xeb"}', 'latin1'))],
  ['application/proto', '\x08'],
])('a Connect request of %s with the invalid message %j is INVALID_ARGUMENT without details', async (type, body) => {
  const { url } = await startServer();
  const response = await post(url, body, { 'content-type': type });
  expect(response.status).toBe(400);
  const error = (await response.json()) as { code: string; details?: unknown[] };
  expect(error.code).toBe('invalid_argument');
  expect(error.details).toBeUndefined();
});

it.each([
  'user.v1.UserService/GetUser',
  'notes.v1.NoteService/ListNotes',
  'notes.v1.NoteService/UploadLines',
  'notes.v1.NoteService/Discuss',
])('an invalid gRPC message to %s is INVALID_ARGUMENT without details', async (method) => {
  const { url } = await startServer({
    notes: {
      async *listNotes() {},
      async uploadLines(lines) {
        await all(lines);
        return {};
      },
      async *discuss(messages) {
        yield* messages;
      },
    },
  });
  const session = http2.connect(url);
  const fields = { 'content-type': 'application/grpc', te: 'trailers' };
  const request = session.request({ ':method': 'POST', ':path': `/${method}`, ...fields });
  request.end(Buffer.from([0, 0, 0, 0, 1, 0x08])).resume();
  // An error before the first message is one block of header fields and trailers.
  const [trailers] = await once(request, 'response');
  expect(trailers).toMatchObject({ 'grpc-status': '3' });
  expect(trailers['grpc-status-details-bin']).toBeUndefined();
  session.destroy();
});

it('an invalid gRPC-Web message is INVALID_ARGUMENT', async () => {
  const { url } = await startServer();
  const body = new Uint8Array([0, 0, 0, 0, 1, 0x08]);
  const response = await post(url, body, { 'content-type': 'application/grpc-web+proto' });
  expect(await response.text()).toMatch(/grpc-status: 3\r\n/i);
});

it('a compressed message that is cut short is INVALID_ARGUMENT', async () => {
  const { url } = await startServer();
  const body = new Uint8Array(gzipSync('{"id":"7"}').subarray(0, 15));
  const response = await post(url, body, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'invalid_argument' });
});
