import {
  Code,
  ConnectError,
  createClient,
  createContextKey,
  type Interceptor,
  type ServiceImpl,
} from '@connectrpc/connect';
import { compressionBrotli, compressionGzip, createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { timeLeft } from '@example/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, type ServeOptions, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig, transports } from '../testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

type Users = Partial<ServiceImpl<typeof UserService>>;
type Orders = Partial<ServiceImpl<typeof OrderService>>;

async function start(users: Users, orders: Orders = {}, options: Partial<ServeOptions> = {}): Promise<string> {
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, users).service(OrderService, orders),
    ...options,
  });
  return server.url;
}

async function* each<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const message of messages) found.push(message);
  return found;
}

const orders: Orders = {
  async *listOrders({ customerId }) {
    for (const id of ['1', '2', '3']) yield { id, customerId };
  },
  async uploadLineItems(items) {
    let itemCount = 0;
    for await (const { quantity } of items) itemCount += quantity;
    return { itemCount };
  },
  async *orderChat(messages) {
    for await (const { text } of messages) yield { text: text.toUpperCase() };
  },
};

describe.each(transports)('over %s', (name, transport) => {
  it('a handler may know all about its call', async () => {
    let known: unknown[] = [];
    let signal: AbortSignal | undefined;
    const url = await start({
      getUser: (_, context) => {
        const { method, service, requestMethod, requestHeader, timeoutMs } = context;
        known = [method.name, service.typeName, requestMethod, requestHeader.get('x-asked')];
        for (const left of [timeoutMs(), timeLeft()]) expect(left).toBeGreaterThan(1_000);
        signal = context.signal;
        expect(signal.aborted).toBe(false);
        expect(new URL(context.url).pathname).toBe('/user.v1.UserService/GetUser');
        expect(context.protocolName).toBe(name.startsWith('gRPC-Web') ? 'grpc-web' : name.split(' ')[0]?.toLowerCase());
        context.responseHeader.set('x-header', 'one');
        context.responseTrailer.set('x-trailer', 'two');
        return { id: '7' };
      },
    });
    const answered: (string | null)[] = [];
    await createClient(UserService, transport(url)).getUser(
      {},
      {
        headers: { 'x-asked': 'yes' },
        onHeader: (header) => answered.push(header.get('x-header')),
        onTrailer: (trailer) => answered.push(trailer.get('x-trailer')),
      },
    );
    expect(known).toEqual(['GetUser', 'user.v1.UserService', name.includes('GET') ? 'GET' : 'POST', 'yes']);
    expect(answered).toEqual(['one', 'two']);
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it('an error has the headers, the trailers and the metadata that were set', async () => {
    const url = await start({
      getUser: (_, { responseHeader, responseTrailer }) => {
        responseHeader.set('x-header', 'one');
        responseTrailer.set('x-trailer', 'two');
        throw new ConnectError('no', Code.Aborted, { 'x-metadata': 'three' });
      },
    });
    const { code, metadata } = await failureOf(createClient(UserService, transport(url)).getUser({}));
    const found = ['x-header', 'x-trailer', 'x-metadata'].map((key) => metadata.get(key));
    expect({ code, found }).toEqual({ code: Code.Aborted, found: ['one', 'two', 'three'] });
  });

  it('interceptors see calls of every kind, in order, and may change what is asked and answered', async () => {
    const seen: string[] = [];
    const key = createContextKey('nobody');
    const outer: Interceptor = (next) => async (request) => {
      seen.push(`${request.method.name} ${request.stream}`);
      request.contextValues.set(key, 'outer');
      request.header.set('x-added', 'added');
      const response = await next(request);
      response.header.set('x-answered', 'outer');
      return response;
    };
    const inner: Interceptor = (next) => (request) => {
      seen.push(`${request.contextValues.get(key)} ${request.header.get('x-added')}`);
      return next(request);
    };
    const url = await start(
      { getUser: (_, { values, requestHeader }) => ({ name: `${values.get(key)} ${requestHeader.get('x-added')}` }) },
      orders,
      { interceptors: [outer, inner] },
    );
    let answered: string | null = null;
    const onHeader = (header: Headers) => {
      answered = header.get('x-answered');
    };
    const user = await createClient(UserService, transport(url)).getUser({}, { onHeader });
    expect(user.name).toBe('outer added');
    expect(answered).toBe('outer');
    const client = createClient(OrderService, transport(url));
    expect(await all(client.listOrders({ customerId: 'c' }))).toHaveLength(3);
    expect(await client.uploadLineItems(each({ quantity: 2 }, { quantity: 3 }))).toMatchObject({ itemCount: 5 });
    const kinds = ['GetUser false', 'ListOrders true', 'UploadLineItems true'];
    expect(seen).toEqual(kinds.flatMap((kind) => [kind, 'outer added']));
  });

  it('what an interceptor throws is mapped', async () => {
    const refuse: Interceptor = () => () => {
      throw new TypeError('secret');
    };
    const url = await start({ getUser: () => ({}) }, orders, { interceptors: [refuse] });
    const unary = await failureOf(createClient(UserService, transport(url)).getUser({}));
    const stream = await failureOf(all(createClient(OrderService, transport(url)).listOrders({})));
    for (const error of [unary, stream]) expect(error.rawMessage).toMatch(/^internal error \(error [0-9a-f-]{36}\)$/);
  });

  it('messages of 3 MB go both ways', async () => {
    const url = await start({ createUser: ({ name }) => ({ name }) }, orders);
    const text = 'x'.repeat(3_000_000);
    const { name } = await createClient(UserService, transport(url)).createUser({ name: text });
    expect(name.length).toBe(text.length);
    const client = createClient(OrderService, transport(url));
    const items = Array.from({ length: 3 }, () => ({ productId: text, quantity: 1 }));
    expect(await client.uploadLineItems(each(...items))).toMatchObject({ itemCount: 3 });
  });
});

describe('over gRPC', () => {
  it('both sides may talk at once', async () => {
    const url = await start({}, orders);
    const client = createClient(OrderService, createGrpcTransport({ baseUrl: url }));
    const texts = Array.from({ length: 1_000 }, (_, i) => `text ${i}`);
    const echoes = await all(client.orderChat(each(...texts.map((text) => ({ text })))));
    expect(echoes.map(({ text }) => text)).toEqual(texts.map((text) => text.toUpperCase()));
  });

  it('a message is answered before the next is sent', async () => {
    const url = await start({}, orders);
    const client = createClient(OrderService, createGrpcTransport({ baseUrl: url }));
    let answered = Promise.withResolvers<void>();
    const talk = async function* () {
      for (const text of ['a', 'b', 'c']) {
        answered = Promise.withResolvers();
        yield { text };
        await answered.promise;
      }
    };
    const heard: string[] = [];
    for await (const { text } of client.orderChat(talk())) {
      heard.push(text);
      answered.resolve();
    }
    expect(heard).toEqual(['A', 'B', 'C']);
  });

  it.each([compressionGzip, compressionBrotli])(
    'messages are compressed both ways ($name)',
    async (sendCompression) => {
      const url = await start({ createUser: ({ name }) => ({ name }) }, orders);
      const options = { sendCompression, acceptCompression: [sendCompression], compressMinBytes: 1 };
      const transport = createGrpcTransport({ baseUrl: url, ...options });
      const text = 'x'.repeat(100_000);
      let encoding: string | null = null;
      const onHeader = (header: Headers) => {
        encoding = header.get('grpc-encoding');
      };
      expect((await createClient(UserService, transport).createUser({ name: text }, { onHeader })).name).toBe(text);
      expect(encoding).toBe(sendCompression.name);
      const client = createClient(OrderService, transport);
      const echoes = await all(client.orderChat(each({ text }, { text: 'short' }, { text })));
      expect(echoes.map(({ text }) => text.length)).toEqual([text.length, 5, text.length]);
    },
  );
});
