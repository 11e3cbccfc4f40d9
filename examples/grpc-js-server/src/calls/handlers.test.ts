import { connect } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { InvalidFieldsError } from '@example/service-kit';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { afterEach, expect, it, vi } from 'vitest';
import { authentication } from '../interceptors/authentication.ts';
import { orderService } from '../protos.ts';
import { all, failureOf } from '../server-process.fixture.ts';
import { bidiStream, clientStream, serverStream, unary } from './handlers.ts';

const upload = '/order.v1.OrderService/UploadLineItems';

let server: Server;
let port: number;
afterEach(() => {
  server.forceShutdown();
  vi.restoreAllMocks();
});

async function serve(handlers: UntypedServiceImplementation) {
  server = new Server({ interceptors: [authentication(undefined)] });
  server.addService(orderService, handlers);
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return createClient(OrderService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
}

async function* endless<T>(message: T) {
  while (true) yield message;
}

async function* refuseSecond(requests: AsyncIterable<unknown>) {
  let count = 0;
  for await (const request of requests) {
    count += 1;
    if (count === 2) throw new InvalidFieldsError([{ field: 'second', description: 'is one too many' }]);
    yield request;
  }
}

it('ends a call whose handler fails while the client is still sending', async () => {
  const orders = await serve({
    OrderChat: bidiStream(refuseSecond),
    UploadLineItems: clientStream(async (items) => await all(refuseSecond(items))),
  });
  expect((await failureOf(all(orders.orderChat(endless({ text: 'a' }))))).code).toBe(Code.InvalidArgument);
  expect((await failureOf(orders.uploadLineItems(endless({})))).code).toBe(Code.InvalidArgument);
});

it('does not treat the messages of a cancelled call as complete', async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  await serve({
    UploadLineItems: clientStream(async (items) => {
      try {
        for await (const _ of items) begun.resolve();
        ended.resolve('complete');
      } catch (error) {
        ended.resolve('cancelled');
        throw error;
      }
      return {};
    }),
  });
  // Sends frames itself, because Node's client would end the stream before it cancels the call.
  const socket = connect(port, '127.0.0.1');
  const fields = {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': upload,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const headers = Object.entries(fields).flatMap(([name, value]) => [0, ...text(name), ...text(value)]);
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  socket.write(Buffer.from([0, 0, headers.length, 1, 4, 0, 0, 0, 1, ...headers]));
  socket.write(Buffer.from([0, 0, 5, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]));
  await begun.promise;
  socket.write(Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8]));
  expect(await ended.promise).toBe('cancelled');
  socket.destroy();
});

it('hides a bug from the client except for an id that is also in the log', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const bug = async () => {
    throw new Error('secret');
  };
  const orders = await serve({ GetOrder: unary(bug) });
  const error = await failureOf(orders.getOrder({}));
  expect(error.code).toBe(Code.Internal);
  const [, id] = /^internal error \(error ([0-9a-f-]{36})\)$/.exec(error.rawMessage) ?? [];
  expect(log.mock.calls).toEqual([[`error ${id}:`, new Error('secret')]]);
});

it('produces no more responses than the client reads, and stops when the client disconnects', async () => {
  let made = 0;
  const stopped = Promise.withResolvers<void>();
  const orders = await serve({
    ListOrders: serverStream(async function* () {
      try {
        for (; ; made++) yield { customerId: 'c'.repeat(10_000) };
      } finally {
        stopped.resolve();
      }
    }),
  });
  const reading = new AbortController();
  const listed = orders.listOrders({}, { signal: reading.signal })[Symbol.asyncIterator]();
  await listed.next();
  reading.abort();
  await failureOf(listed.next());
  await stopped.promise;
  expect(made).toBeLessThan(1_000);
});
