import { connect } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { InvalidFieldsError } from '@example/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { type RunningServer, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig, transports } from '../testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

/** Answers after the first message, with an error unless that is OK. */
async function start(limits: Partial<ServerConfig> = {}): Promise<string> {
  server = await serve({
    config: { ...testConfig, ...limits },
    logger: silentLogger,
    routes: (router) =>
      router.service(OrderService, {
        async uploadLineItems(items) {
          for await (const { productId } of items) {
            if (productId === 'ok') return { itemCount: 1 };
            throw new InvalidFieldsError([{ field: 'product_id', description: 'must be ok' }]);
          }
          return {};
        },
        getOrder: () => ({ id: 'again' }),
        async *orderChat(messages) {
          for await (const message of messages) {
            yield message;
            return;
          }
        },
      }),
  });
  return server.url;
}

/** Messages of a client that says no more, and does not half-close either. */
async function* thenSilence<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
  await new Promise(() => {});
}

/** Messages of a client that goes on whatever happens. */
async function* forEver<T>(message: T): AsyncIterable<T> {
  while (true) yield message;
}

describe('a call that the server ends before the client does', () => {
  it.each(transports)('has its answer over %s, and holds nothing', async (_, transport) => {
    const orders = createClient(OrderService, transport(await start()));
    expect(await orders.uploadLineItems(thenSilence({ productId: 'ok' }))).toMatchObject({ itemCount: 1 });
    const failed = orders.uploadLineItems(thenSilence({ productId: 'bad' }));
    expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
    await server.close(60_000);
  });

  it.each(transports)('has its answer over %s while the client floods', async (_, transport) => {
    const orders = createClient(OrderService, transport(await start()));
    for (let i = 0; i < 20; i++) {
      const failed = orders.uploadLineItems(forEver({ productId: 'x'.repeat(50_000) }));
      expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
    }
    await server.close(60_000);
  });

  it.each(transports)('has its answer over %s when the client has said more already', async (_, transport) => {
    const orders = createClient(OrderService, transport(await start()));
    const messages = Array.from({ length: 100 }, () => ({ productId: 'x'.repeat(15_000) }));
    const failed = orders.uploadLineItems(
      (async function* () {
        yield* messages;
      })(),
    );
    expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
    await server.close(60_000);
  });

  it.each([
    ['half', 150_000],
    ['all', 300_000],
  ])('leaves its HTTP/1.1 connection good for the next when %s of it has come', async (_, sentFirst) => {
    const { port } = new URL(await start({ maxMessageBytes: 1_000 }));
    const socket = connect(Number(port), 'localhost');
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const message = Buffer.alloc(300_000);
    message.writeUInt32BE(message.length - 5, 1);
    const post = (type: string, length: number) =>
      `POST /order.v1.OrderService/GetOrder HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;
    socket.write(post('application/grpc-web+proto', message.length));
    socket.write(message.subarray(0, sentFirst));
    await expect.poll(() => said).toMatch(/grpc-status: 8/i);
    socket.write(message.subarray(sentFirst));
    for (const again of [2, 3, 4]) {
      socket.write(`${post('application/json', 2)}{}`);
      await expect.poll(() => said.split('{"id":"again"}')).toHaveLength(again);
    }
    socket.destroy();
  });

  it('has every message of its answer over gRPC', async () => {
    const orders = createClient(OrderService, createGrpcTransport({ baseUrl: await start() }));
    const heard: string[] = [];
    for await (const { text } of orders.orderChat(thenSilence({ text: 'one' }))) heard.push(text);
    expect(heard).toEqual(['one']);
    await server.close(60_000);
  });
});
