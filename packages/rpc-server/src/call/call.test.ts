import { Code, ConnectError, createClient, createContextKey, type Interceptor } from '@connectrpc/connect';
import { compressionBrotli, compressionGzip, createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { timeLeft } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, each, recordingLogger, startServer, type TestServerOptions } from '../testing/test-server.ts';
import { callOf } from './call-context.ts';

const notes: NonNullable<TestServerOptions['notes']> = {
  async *listNotes({ authorName }) {
    for (const id of ['1', '2', '3']) yield { id, authorName };
  },
  async uploadLines(lines) {
    let lineCount = 0;
    for await (const { indent } of lines) lineCount += indent;
    return { lineCount };
  },
  async *discuss(messages) {
    for await (const { text } of messages) yield { text: text.toUpperCase() };
  },
};

describe.each(transports)('a call over %s', (name, transport) => {
  it('gives its handler a complete context, and sends the header and trailer fields that it sets', async () => {
    let known: unknown[] = [];
    let signal: AbortSignal | undefined;
    const { url } = await startServer({
      users: {
        getUser: (_, context) => {
          const { method, service, requestMethod, requestHeader, timeoutMs } = context;
          known = [method.name, service.typeName, requestMethod, requestHeader.get('x-sent')];
          for (const left of [timeoutMs(), timeLeft()]) expect(left).toBeGreaterThan(1_000);
          signal = context.signal;
          expect(signal.aborted).toBe(false);
          expect(new URL(context.url).pathname).toBe('/user.v1.UserService/GetUser');
          expect(context.protocolName).toBe(
            name.startsWith('gRPC-Web') ? 'grpc-web' : name.split(' ')[0]?.toLowerCase(),
          );
          context.responseHeader.set('x-header', 'one');
          context.responseTrailer.set('x-trailer', 'two');
          return { id: '7' };
        },
      },
    });
    const received: (string | null)[] = [];
    await createClient(UserService, transport(url)).getUser(
      {},
      {
        headers: { 'x-sent': 'yes' },
        onHeader: (header) => received.push(header.get('x-header')),
        onTrailer: (trailer) => received.push(trailer.get('x-trailer')),
      },
    );
    expect(known).toEqual(['GetUser', 'user.v1.UserService', name.includes('GET') ? 'GET' : 'POST', 'yes']);
    expect(received).toEqual(['one', 'two']);
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it('gives its handler its request id, a logger, the caller and the time left', async () => {
    const { logger, lines } = recordingLogger();
    const { url } = await startServer({
      config: { defaultDeadlineMs: 60_000 },
      logger,
      users: {
        getUser(_, context) {
          const call = callOf(context);
          call.logger.info('from the handler');
          expect(call.timeLeft()).toBeLessThanOrEqual(60_000);
          expect(call.timeLeft()).toBeGreaterThan(0);
          expect(call.caller).toMatchObject({ subject: undefined, scopes: new Set(['admin']) });
          expect(call.peer).toBe('127.0.0.1');
          return { name: call.requestId };
        },
      },
    });
    const headers = { 'x-request-id': 'mine' };
    const { name } = await createClient(UserService, transport(url)).getUser({}, { headers });
    expect(name).toBe('mine');
    expect(lines.find(({ msg }) => msg === 'from the handler')).toMatchObject({
      rpc: 'user.v1.UserService/GetUser',
      requestId: 'mine',
    });
  });

  it('passes the rest of its deadline on to a further call', async () => {
    const { url } = await startServer({
      users: {
        async getUser({ id }, { timeoutMs }) {
          if (id !== '') return { name: `${timeoutMs()}` };
          const left = timeoutMs();
          const next = createClient(UserService, transport(url));
          return await next.getUser({ id: '1' }, { ...(left !== undefined && { timeoutMs: left }) });
        },
      },
    });
    const { name } = await createClient(UserService, transport(url)).getUser({}, { timeoutMs: 25_000 });
    // The number has to be whole, so that it is a valid timeout of all protocols.
    expect(name).toMatch(/^[1-9]\d*$/);
    expect(Number(name)).toBeLessThanOrEqual(25_000);
  });

  it('that fails has the header fields, the trailers and the metadata that its handler sets', async () => {
    const { url } = await startServer({
      users: {
        getUser: (_, { responseHeader, responseTrailer }) => {
          responseHeader.set('x-header', 'one');
          responseTrailer.set('x-trailer', 'two');
          throw new ConnectError('no', Code.Aborted, { 'x-metadata': 'three' });
        },
      },
    });
    const { code, metadata } = await failureOf(createClient(UserService, transport(url)).getUser({}));
    const found = ['x-header', 'x-trailer', 'x-metadata'].map((key) => metadata.get(key));
    expect({ code, found }).toEqual({ code: Code.Aborted, found: ['one', 'two', 'three'] });
  });

  it('passes through interceptors in order, which may change requests and responses', async () => {
    const seen: string[] = [];
    const key = createContextKey('nobody');
    const outer: Interceptor = (next) => async (request) => {
      seen.push(`${request.method.name} ${request.stream}`);
      request.contextValues.set(key, 'outer');
      request.header.set('x-added', 'added');
      const response = await next(request);
      response.header.set('x-outer', 'outer');
      return response;
    };
    const inner: Interceptor = (next) => (request) => {
      seen.push(`${request.contextValues.get(key)} ${request.header.get('x-added')}`);
      return next(request);
    };
    const { url } = await startServer({
      users: {
        getUser: (_, { values, requestHeader }) => ({ name: `${values.get(key)} ${requestHeader.get('x-added')}` }),
      },
      notes,
      interceptors: [outer, inner],
    });
    let received: string | null = null;
    const onHeader = (header: Headers) => {
      received = header.get('x-outer');
    };
    const user = await createClient(UserService, transport(url)).getUser({}, { onHeader });
    expect(user.name).toBe('outer added');
    expect(received).toBe('outer');
    const client = createClient(NoteService, transport(url));
    expect(await all(client.listNotes({ authorName: 'c' }))).toHaveLength(3);
    expect(await client.uploadLines(each({ indent: 2 }, { indent: 3 }))).toMatchObject({ lineCount: 5 });
    const kinds = ['GetUser false', 'ListNotes true', 'UploadLines true'];
    expect(seen).toEqual(kinds.flatMap((kind) => [kind, 'outer added']));
  });

  it('fails with the mapped error that an interceptor throws', async () => {
    const refuse: Interceptor = () => () => {
      throw new TypeError('secret');
    };
    const { url } = await startServer({ notes, interceptors: [refuse] });
    const unary = await failureOf(createClient(UserService, transport(url)).getUser({}));
    const stream = await failureOf(all(createClient(NoteService, transport(url)).listNotes({})));
    for (const error of [unary, stream]) expect(error.rawMessage).toMatch(/^internal error \(error [0-9a-f-]{36}\)$/);
  });

  it('carries messages of 3 MB in both directions', async () => {
    const { url } = await startServer({ users: { createUser: ({ name }) => ({ name }) }, notes });
    const text = 'x'.repeat(3_000_000);
    const { name } = await createClient(UserService, transport(url)).createUser({ name: text });
    expect(name.length).toBe(text.length);
    const client = createClient(NoteService, transport(url));
    const lines = Array.from({ length: 3 }, () => ({ text, indent: 1 }));
    expect(await client.uploadLines(each(...lines))).toMatchObject({ lineCount: 3 });
  });
});

describe('a gRPC call', () => {
  it('sends in both directions at the same time', async () => {
    const { url } = await startServer({ notes });
    const client = createClient(NoteService, createGrpcTransport({ baseUrl: url }));
    const texts = Array.from({ length: 1_000 }, (_, i) => `text ${i}`);
    const echoes = await all(client.discuss(each(...texts.map((text) => ({ text })))));
    expect(echoes.map(({ text }) => text)).toEqual(texts.map((text) => text.toUpperCase()));
  });

  it('delivers a response before the client sends the next request message', async () => {
    const { url } = await startServer({ notes });
    const client = createClient(NoteService, createGrpcTransport({ baseUrl: url }));
    let received = Promise.withResolvers<void>();
    const talk = async function* () {
      for (const text of ['a', 'b', 'c']) {
        received = Promise.withResolvers();
        yield { text };
        await received.promise;
      }
    };
    const texts: string[] = [];
    for await (const { text } of client.discuss(talk())) {
      texts.push(text);
      received.resolve();
    }
    expect(texts).toEqual(['A', 'B', 'C']);
  });

  it.each([compressionGzip, compressionBrotli])(
    'compresses messages in both directions ($name)',
    async (sendCompression) => {
      const { url } = await startServer({ users: { createUser: ({ name }) => ({ name }) }, notes });
      const options = { sendCompression, acceptCompression: [sendCompression], compressMinBytes: 1 };
      const transport = createGrpcTransport({ baseUrl: url, ...options });
      const text = 'x'.repeat(100_000);
      let encoding: string | null = null;
      const onHeader = (header: Headers) => {
        encoding = header.get('grpc-encoding');
      };
      expect((await createClient(UserService, transport).createUser({ name: text }, { onHeader })).name).toBe(text);
      expect(encoding).toBe(sendCompression.name);
      const client = createClient(NoteService, transport);
      const echoes = await all(client.discuss(each({ text }, { text: 'short' }, { text })));
      expect(echoes.map(({ text }) => text.length)).toEqual([text.length, 5, text.length]);
    },
  );
});
