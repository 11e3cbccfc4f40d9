import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { InvalidFieldsError } from '@example/domain';
import { OrderService } from '@example/protos/order/v1';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { afterEach, expect, it, vi } from 'vitest';
import { authentication } from '../interceptors/authentication.ts';
import { orderService } from '../protos.ts';
import { all, failureOf } from '../server-process.fixture.ts';
import { bidiStream, clientStream, serverStream, unary } from './handlers.ts';

let server: Server;
afterEach(() => {
  server.forceShutdown();
  vi.restoreAllMocks();
});

async function serve(handlers: UntypedServiceImplementation) {
  server = new Server({ interceptors: [authentication(undefined)] });
  server.addService(orderService, handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
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

it('ends a call that its handler refuses while the client still sends', async () => {
  const orders = await serve({
    OrderChat: bidiStream(refuseSecond),
    UploadLineItems: clientStream(async (items) => await all(refuseSecond(items))),
  });
  expect((await failureOf(all(orders.orderChat(endless({ text: 'a' }))))).code).toBe(Code.InvalidArgument);
  expect((await failureOf(orders.uploadLineItems(endless({})))).code).toBe(Code.InvalidArgument);
});

it('does not take for complete what a client has sent before it cancels', async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const orders = await serve({
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
  async function* unfinished() {
    yield {};
    await new Promise(() => {});
  }
  const cancel = new AbortController();
  const upload = failureOf(orders.uploadLineItems(unfinished(), { signal: cancel.signal }));
  await begun.promise;
  cancel.abort();
  expect((await upload).code).toBe(Code.Canceled);
  expect(await ended.promise).toBe('cancelled');
});

it('tells nothing of a bug but an id, which the log has too', async () => {
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

it('makes no more answers than a client reads, and stops when it has gone', async () => {
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
