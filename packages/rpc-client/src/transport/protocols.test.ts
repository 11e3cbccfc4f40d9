import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { failureOf } from '@example/rpc-server/testing';
import { all, each, startServer, type TestServerOptions, thenSilence } from '@example/rpc-server/testing/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createTransport } from './create-transport.ts';
import type { TransportOptions } from './transport-options.ts';

type Options = Omit<TransportOptions, 'target'>;

const variants: readonly (readonly [name: string, Options])[] = [
  ['gRPC', { protocol: 'grpc' }],
  ['gRPC with JSON', { protocol: 'grpc', codec: 'json' }],
  ['gRPC with gzip', { protocol: 'grpc', sendCompression: 'gzip', compressMinBytes: 0 }],
  ['gRPC-Web', { protocol: 'grpc-web' }],
  ['gRPC-Web over HTTP/1.1', { protocol: 'grpc-web', httpVersion: '1.1' }],
  ['Connect', { protocol: 'connect' }],
  ['Connect with JSON over HTTP/1.1', { protocol: 'connect', codec: 'json', httpVersion: '1.1' }],
  ['Connect by GET', { protocol: 'connect', useHttpGet: true }],
  ['Connect with brotli', { protocol: 'connect', sendCompression: 'br', compressMinBytes: 0 }],
];

async function start(server: TestServerOptions, options: Options = {}) {
  const { port } = await startServer(server);
  const transport = createTransport({ target: `127.0.0.1:${port}`, ...options });
  onTestFinished(() => transport.close());
  return {
    users: createClient(UserService, transport),
    notes: createClient(NoteService, transport),
    transport,
    port,
  };
}

describe.each(variants)('%s', (_name, options) => {
  it('carries metadata, binary metadata and trailers of a unary call', async () => {
    const bytes = Buffer.from([0, 255, 1]).toString('base64').replace(/=+$/, '');
    const { users } = await start(
      {
        users: {
          getUser({ id }, context) {
            context.responseHeader.set('x-echo', context.requestHeader.get('x-ask') ?? '');
            context.responseTrailer.set('x-bytes-bin', context.requestHeader.get('x-bytes-bin') ?? '');
            return { id };
          },
        },
      },
      options,
    );
    let [header, trailer] = [new Headers(), new Headers()];
    const user = await users.getUser(
      { id: '7' },
      {
        headers: { 'x-ask': 'who', 'x-bytes-bin': bytes },
        onHeader: (received) => {
          header = received;
        },
        onTrailer: (received) => {
          trailer = received;
        },
      },
    );
    expect(user).toMatchObject({ id: '7' });
    expect(header.get('x-echo')).toBe('who');
    expect(trailer.get('x-bytes-bin')).toBe(bytes);
  });

  it('rejects with the code, the text and the details of an error', async () => {
    const { users } = await start({}, options);
    const error = await failureOf(users.createUser({ name: '', email: '' }));
    expect(error).toMatchObject({ code: Code.Unimplemented });
    const invalid = await start(
      {
        users: {
          getUser: () => {
            const value = { fieldViolations: [{ field: 'id', description: 'é missing' }] };
            const details = [{ desc: BadRequestSchema, value }];
            throw new ConnectError('é is not an id', Code.InvalidArgument, { 'x-why': 'because' }, details);
          },
        },
      },
      options,
    );
    const refused = await failureOf(invalid.users.getUser({ id: '' }));
    expect(refused).toMatchObject({ code: Code.InvalidArgument, rawMessage: 'é is not an id' });
    expect(refused.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([{ field: 'id' }]);
    expect(refused.metadata.get('x-why')).toBe('because');
  });

  it('streams in all directions', async () => {
    const { notes } = await start(
      {
        notes: {
          async *listNotes() {
            for (let i = 0; i < 300; i++) yield { id: `ord-${i}` };
          },
          async uploadLines(lines) {
            const received = await all(lines);
            return { noteId: 'note-1', lineCount: received.length };
          },
          async *discuss(messages) {
            yield* messages;
          },
        },
      },
      options,
    );
    expect(await all(notes.listNotes({}))).toHaveLength(300);
    const lines = Array.from({ length: 300 }, (_, index) => ({ text: `s-${index}`, indent: 1 }));
    expect(await notes.uploadLines(each(...lines))).toMatchObject({ lineCount: 300 });
    const texts = ['a', 'b', 'c'].map((text) => ({ text }));
    expect(await all(notes.discuss(each(...texts)))).toMatchObject(texts);
  });

  it('ends a call by its deadline and by its signal, on both sides', async () => {
    const signals: AbortSignal[] = [];
    const clock = createFakeClock();
    const { users, notes } = await start(
      {
        users: {
          getUser: (_request, { signal }) => {
            signals.push(signal);
            return new Promise(() => {});
          },
        },
        notes: {
          async *listNotes(_request, { signal }) {
            signals.push(signal);
            for (;;) {
              yield { id: 'note-1' };
              await new Promise((resolve) => setImmediate(resolve));
            }
          },
        },
      },
      { ...options, clock },
    );
    const late = failureOf(users.getUser({ id: '1' }, { timeoutMs: 60_000 }));
    await expect.poll(() => signals.length).toBe(1);
    await clock.advance(60_000);
    expect(await late).toMatchObject({ code: Code.DeadlineExceeded });
    const controller = new AbortController();
    const call = users.getUser({ id: '1' }, { signal: controller.signal });
    await expect.poll(() => signals.length).toBe(2);
    controller.abort();
    expect(await failureOf(call)).toMatchObject({ code: Code.Canceled });
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of notes.listNotes({}, { signal: stop.signal })) stop.abort();
    })();
    expect(await failureOf(reading)).toMatchObject({ code: Code.Canceled });
    await expect.poll(() => signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('refuses messages above its limits', async () => {
    const users = { getUser: () => ({ name: 'a'.repeat(3_000) }) };
    const { users: readers } = await start({ users }, { ...options, maxResponseBytes: 2_000 });
    expect(await failureOf(readers.getUser({ id: '1' }))).toMatchObject({ code: Code.ResourceExhausted });
    const { users: writers } = await start({}, { ...options, maxRequestBytes: 100 });
    const tooLarge = writers.createUser({ name: 'a'.repeat(200) });
    expect(await failureOf(tooLarge)).toMatchObject({ code: Code.ResourceExhausted });
  });

  it('carries messages that are larger than the windows of flow control', async () => {
    const { users } = await start(
      { users: { createUser: ({ name }) => ({ name }) } },
      { ...options, maxResponseBytes: 4 * 1024 * 1024 },
    );
    const name = 'ab'.repeat(1_500_000);
    expect((await users.createUser({ name })).name).toBe(name);
  });
});

it('lets interceptors see and change requests and responses', async () => {
  const seen: string[] = [];
  const interceptor: Interceptor = (next) => async (request) => {
    request.header.set('x-ask', 'intercepted');
    seen.push(`${request.method.name} ${request.stream} ${new URL(request.url).pathname}`);
    const response = await next(request);
    seen.push(response.header.get('x-echo') ?? '');
    return response;
  };
  const { users, notes } = await start(
    {
      users: {
        getUser({ id }, { requestHeader, responseHeader }) {
          responseHeader.set('x-echo', requestHeader.get('x-ask') ?? '');
          return { id };
        },
      },
      notes: {
        async *listNotes(_request, { requestHeader, responseHeader }) {
          responseHeader.set('x-echo', requestHeader.get('x-ask') ?? '');
          yield { id: 'note-1' };
        },
      },
    },
    { interceptors: [interceptor] },
  );
  await users.getUser({ id: '1' });
  expect(await all(notes.listNotes({}))).toHaveLength(1);
  expect(seen).toEqual([
    'GetUser false /user.v1.UserService/GetUser',
    'intercepted',
    'ListNotes true /notes.v1.NoteService/ListNotes',
    'intercepted',
  ]);
});

it('sends a stream no faster than the server reads it', async () => {
  let sent = 0;
  async function* lines() {
    for (; sent < 100_000; sent++) yield { text: 'a'.repeat(1_000), indent: 1 };
  }
  const { promise: mayRead, resolve: read } = Promise.withResolvers<void>();
  const { notes } = await start({
    notes: {
      async uploadLines(messages) {
        await mayRead;
        for await (const _ of messages) return { lineCount: 1 };
        return {};
      },
    },
  });
  const call = notes.uploadLines(lines());
  let before = -1;
  // The stream has paused when two polls find the same number.
  await expect
    .poll(() => {
      const isStill = sent > 0 && sent === before;
      before = sent;
      return isStill;
    })
    .toBe(true);
  expect(sent).toBeLessThan(20_000);
  read();
  await call;
});

it('receives a stream no faster than it is read', async () => {
  let yielded = 0;
  const { notes } = await start({
    notes: {
      async *listNotes() {
        for (; yielded < 100_000; yielded++) yield { id: 'a'.repeat(1_000) };
      },
    },
  });
  const iterator = notes.listNotes({})[Symbol.asyncIterator]();
  await iterator.next();
  let before = -1;
  await expect
    .poll(() => {
      const isStill = yielded === before;
      before = yielded;
      return isStill;
    })
    .toBe(true);
  expect(yielded).toBeLessThan(20_000);
});

it('cancels a stream when its reader stops early', async () => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const { transport } = await start({
    notes: {
      async *listNotes(_request, { signal }) {
        signal.addEventListener('abort', () => resolve());
        yield { id: 'note-1' };
        await cancelled;
      },
    },
  });
  const { listNotes } = NoteService.method;
  const response = await transport.stream(listNotes, undefined, undefined, undefined, each({}));
  for await (const { id } of response.message) {
    expect(id).toBe('note-1');
    break;
  }
  await cancelled;
});

it('lets calls under way end after close, and takes no new ones', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { promise: started, resolve: onStart } = Promise.withResolvers<void>();
  const { users, transport } = await start({
    users: {
      async getUser({ id }) {
        onStart();
        await mayEnd;
        return { id };
      },
    },
  });
  const call = users.getUser({ id: '7' });
  await started;
  transport.close();
  expect(await failureOf(users.getUser({ id: '8' }))).toMatchObject({ code: Code.Unavailable });
  end();
  expect(await call).toMatchObject({ id: '7' });
});

it.each<[name: string, end: () => unknown]>([
  ['returns a promise', async () => {}],
  ['returns none', () => {}],
  [
    'throws',
    () => {
      throw new Error('the source cannot end');
    },
  ],
])('ends the source of a request when the call has ended, and its return() %s', async (_name, end) => {
  const { notes } = await start({
    notes: {
      async uploadLines(lines) {
        for await (const _ of lines) return { lineCount: 1 };
        return {};
      },
    },
  });
  let isReturned = false;
  const source = thenSilence({ text: 'a', indent: 1 });
  const watched = {
    [Symbol.asyncIterator]: () => ({
      next: () => source[Symbol.asyncIterator]().next(),
      return: () => {
        isReturned = true;
        return end() as never;
      },
    }),
  };
  expect(await notes.uploadLines(watched)).toMatchObject({ lineCount: 1 });
  expect(isReturned).toBe(true);
});
