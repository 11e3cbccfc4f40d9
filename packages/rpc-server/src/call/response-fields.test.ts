import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import http2 from 'node:http2';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, each, startServer } from '../testing/test-server.ts';

const origin = 'https://example.org';
const headers = { origin, 'x-request-id': 'mine' };
const uuid = /^[0-9a-f-]{36}$/;

/** GetUser and ListNotes succeed, CreateUser and UploadLines fail. */
function start() {
  return startServer({
    config: { corsOrigins: [origin] },
    users: {
      createUser() {
        throw new ConnectError('no', Code.Aborted);
      },
    },
    notes: {
      async *listNotes() {
        yield {};
      },
      uploadLines() {
        throw new ConnectError('no', Code.Aborted);
      },
    },
  });
}

describe.each(transports)('every response over %s', (_, transport) => {
  it('has the x-request-id of the client and the fields of CORS, if the call succeeds', async () => {
    const { url } = await start();
    const received: Headers[] = [];
    const options = { headers, onHeader: (header: Headers) => received.push(header) };
    await createClient(UserService, transport(url)).getUser({}, options);
    await all(createClient(NoteService, transport(url)).listNotes({}, options));
    for (const header of received) {
      expect(header.get('x-request-id')).toBe('mine');
      expect(header.get('access-control-allow-origin')).toBe(origin);
    }
    expect(received).toHaveLength(2);
  });

  it('has the x-request-id of the client and the fields of CORS, if the call fails', async () => {
    const { url } = await start();
    const unary = await failureOf(createClient(UserService, transport(url)).createUser({}, { headers }));
    const stream = await failureOf(createClient(NoteService, transport(url)).uploadLines(each(), { headers }));
    for (const { code, metadata } of [unary, stream]) {
      expect(code).toBe(Code.Aborted);
      expect(metadata.get('x-request-id')).toBe('mine');
      expect(metadata.get('access-control-allow-origin')).toBe(origin);
    }
  });

  it('has an x-request-id of the server, if the call fails without one', async () => {
    const { url } = await start();
    const { metadata } = await failureOf(createClient(UserService, transport(url)).createUser({}));
    expect(metadata.get('x-request-id')).toMatch(uuid);
  });
});

it.each([404, 405, 415])('a refusal with status %i has an x-request-id and the fields of CORS', async (status) => {
  const { url } = await start();
  const path = status === 404 ? '/nothing' : '/user.v1.UserService/GetUser';
  const method = status === 405 ? 'PUT' : 'POST';
  const response = await fetch(`${url}${path}`, { method, headers: { ...headers, 'content-type': 'text/plain' } });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-request-id')).toBe('mine');
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
});

describe('a gRPC call over HTTP/1.1', () => {
  /** Calls a method with an empty message. */
  async function call(method: string) {
    const { port } = await start();
    const request = httpRequest({
      port,
      path: `/user.v1.UserService/${method}`,
      method: 'POST',
      headers: { 'content-type': 'application/grpc', te: 'trailers' },
    });
    const [response] = await once(request.end(Buffer.alloc(5)), 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { headers: response.headers, body: Buffer.concat(chunks), trailers: response.trailers };
  }

  it('has its status in the trailer section of a chunked response', async () => {
    const { headers, body, trailers } = await call('GetUser');
    expect(headers).toMatchObject({ 'content-type': 'application/grpc+proto', 'transfer-encoding': 'chunked' });
    expect([...body]).toEqual([0, 0, 0, 0, 0]);
    expect(trailers).toEqual({ 'grpc-status': '0' });
  });

  it('that fails before its first message has its status in the header fields', async () => {
    const { headers, body } = await call('CreateUser');
    expect(headers).toMatchObject({ 'grpc-status': `${Code.Aborted}`, 'grpc-message': 'no' });
    expect(body).toHaveLength(0);
  });
});

describe.each(transports)('an error over %s', (_, transport) => {
  it('keeps its status when a field of its metadata cannot be sent, and has no fields of CORS but ours', async () => {
    const metadata = { 'x-bad': 'a\x01b', 'x-good': 'c', 'access-control-allow-origin': '*' };
    const { url } = await startServer({
      config: { corsOrigins: [origin] },
      users: {
        createUser(_, { responseHeader, responseTrailer }) {
          responseHeader.set('x-header', 'a\x7fb');
          responseTrailer.set('x-trailer', 'a\x02b');
          throw new ConnectError('no', Code.Aborted, metadata);
        },
      },
    });
    const error = await failureOf(createClient(UserService, transport(url)).createUser({}, { headers }));
    expect([error.code, error.rawMessage]).toEqual([Code.Aborted, 'no']);
    expect(error.metadata.get('x-good')).toBe('c');
    expect(error.metadata.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('an error of Connect has the header field that HTTP defines for its status', () => {
  it.each([
    ['WWW-Authenticate: Bearer', new ConnectError('', Code.Unauthenticated), 401, 'Bearer', null],
    ['Retry-After in whole seconds', retryIn(2n, 1), 429, null, '3'],
    ['Retry-After of at least a second', retryIn(0n, 999_000_000), 429, null, '1'],
    ['no Retry-After without RetryInfo', new ConnectError('', Code.Unavailable), 503, null, null],
  ])('%s', async (_, error, status, authenticate, retryAfter) => {
    const { url } = await startServer({
      users: {
        getUser() {
          throw error;
        },
      },
    });
    const response = await fetch(`${url}/user.v1.UserService/GetUser`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toBe(authenticate);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
  });
});

function retryIn(seconds: bigint, nanos: number): ConnectError {
  const detail = { desc: RetryInfoSchema, value: { retryDelay: { seconds, nanos } } };
  return new ConnectError('', Code.ResourceExhausted, undefined, [detail]);
}

it('an HTTP/2 response to a page of another origin has no fields of CORS that allow that origin', async () => {
  const { url } = await start();
  const session = http2.connect(url);
  const fields = { 'content-type': 'application/json', origin: 'https://other.example' };
  const stream = session.request({ ':method': 'POST', ':path': '/user.v1.UserService/GetUser', ...fields });
  const [received] = await once(stream.end('{}'), 'response');
  expect(received).not.toHaveProperty('access-control-allow-origin');
  session.destroy();
});
