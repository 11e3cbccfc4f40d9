import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { type LineItemSchema, OrderService, OrderStatus } from '@example/protos/order/v1';
import type { RunningServer } from '@example/rpc-server';
import { failureOf, fieldsAtFault, silentLogger, testConfig } from '@example/rpc-server/testing';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrderService } from './start.ts';

let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'order-service-'));
  server = await startOrderService(
    { server: testConfig, database: { kind: 'sqlite', path: join(folder, 'order.db') } },
    silentLogger,
  );
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

type Item = MessageInitShape<typeof LineItemSchema>;

const item: Item = { productId: 'p-1', quantity: 2, unitPrice: 29.99 };
const orderClient = (transport?: Transport) =>
  createClient(OrderService, transport ?? createGrpcTransport({ baseUrl: server.url }));

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

async function* upload<T>(messages: Iterable<T>): AsyncIterable<T> {
  yield* messages;
}

describe('every RPC of order.v1', () => {
  it.each<[string, (baseUrl: string) => Transport]>([
    ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
    ['gRPC-Web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2' })],
    ['Connect', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
    ['Connect with JSON', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: false })],
  ])('works over %s', async (_, transport) => {
    const orders = orderClient(transport(server.url));
    const created = await orders.createOrder({ customerId: 'cust-1', items: [item, { ...item, quantity: 1 }] });
    expect(created).toMatchObject({
      customerId: 'cust-1',
      items: [item, { ...item, quantity: 1 }],
      total: 89.97,
      status: OrderStatus.PENDING,
    });
    expect(created.id).toMatch(/^ord-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await orders.getOrder({ id: created.id })).toEqual(created);
    expect(await collect(orders.listOrders({ customerId: 'cust-1' }))).toEqual([created]);
    expect(await orders.uploadLineItems(upload([item, item, item]))).toMatchObject({
      itemCount: 3,
      totalQuantity: 6n,
      total: 179.94,
    });
    const messages = await collect(orders.orderChat(upload([{ orderId: created.id, sender: 'a', text: 'hi' }])));
    expect(messages).toMatchObject([{ orderId: created.id, sender: 'a', text: 'hi', sequence: 1n }]);
  });

  it('works with grpc-js', async () => {
    const includeDirs = [join(import.meta.dirname, '../../../proto')];
    const definition = loadSync('order/v1/order.proto', { includeDirs, longs: String, enums: String, defaults: true });
    const Client = grpc.makeClientConstructor(definition['order.v1.OrderService'] as grpc.ServiceDefinition, '');
    const client = new Client(new URL(server.url).host, grpc.credentials.createInsecure()) as never as GrpcJsClient;
    try {
      const order = await new Promise<{ id: string }>((resolve, reject) =>
        client.CreateOrder({ customerId: 'c', items: [item] }, (error, response) =>
          error ? reject(error) : resolve(response),
        ),
      );
      expect(order).toMatchObject({ total: 59.98, status: 'ORDER_STATUS_PENDING' });
      expect(await collect(client.ListOrders({ customerId: 'c' }))).toEqual([order]);
      const summary = await new Promise((resolve, reject) => {
        const call = client.UploadLineItems((error, response) => (error ? reject(error) : resolve(response)));
        call.write(item);
        call.end();
      });
      expect(summary).toEqual({ itemCount: 1, totalQuantity: '2', total: 59.98, orderId: '' });
      const chat = client.OrderChat();
      chat.write({ orderId: order.id, sender: 'a', text: 'hi' });
      chat.end();
      expect(await collect(chat)).toMatchObject([{ text: 'hi', sequence: '1' }]);
    } finally {
      client.close();
    }
  });
});

interface GrpcJsClient extends grpc.Client {
  CreateOrder(request: unknown, done: (error: grpc.ServiceError | null, order: { id: string }) => void): void;
  ListOrders(request: unknown): grpc.ClientReadableStream<unknown>;
  UploadLineItems(
    done: (error: grpc.ServiceError | null, summary: unknown) => void,
  ): grpc.ClientWritableStream<unknown>;
  OrderChat(): grpc.ClientDuplexStream<unknown, unknown>;
}

describe('CreateOrder', () => {
  it('accepts an order without items, and one with every value at its limit', async () => {
    const orders = orderClient();
    expect(await orders.createOrder({ customerId: 'c' })).toMatchObject({ items: [], total: 0 });
    const largest = { productId: 'é'.repeat(128), quantity: 1_000_000, unitPrice: 1e9 };
    const items = Array.from({ length: 1000 }, () => largest);
    expect((await orders.createOrder({ customerId: '😀'.repeat(128), items })).total).toBe(1e18);
  });

  it('replaces a price of -0 by 0', async () => {
    const order = await orderClient().createOrder({ customerId: 'c', items: [{ ...item, unitPrice: -0 }] });
    expect(Object.is(order.items[0]?.unitPrice, 0)).toBe(true);
    expect(Object.is(order.total, 0)).toBe(true);
  });

  it.each<[string, string, Item[], string[]]>([
    ['no customer', '', [], ['customer_id']],
    ['a customer too long', 'é'.repeat(129), [], ['customer_id']],
    ['a control character', 'c\u0007', [], ['customer_id']],
    ['an empty item', 'c', [{}], ['items[0].product_id', 'items[0].quantity']],
    ['a negative quantity', 'c', [{ ...item, quantity: -1 }], ['items[0].quantity']],
    ['a quantity over the limit', 'c', [{ ...item, quantity: 1_000_001 }], ['items[0].quantity']],
    ['a price that is not a number', 'c', [{ ...item, unitPrice: Number.NaN }], ['items[0].unit_price']],
    ['an infinite price', 'c', [{ ...item, unitPrice: Number.POSITIVE_INFINITY }], ['items[0].unit_price']],
    ['a negative price', 'c', [item, item, { ...item, unitPrice: -0.01 }], ['items[2].unit_price']],
    ['a price over the limit', 'c', [{ ...item, unitPrice: 1e9 + 1 }], ['items[0].unit_price']],
    ['1,001 items', 'c', Array.from({ length: 1001 }, () => item), ['items']],
    [
      'several violations',
      '',
      [
        { ...item, quantity: 0 },
        { ...item, productId: '' },
      ],
      ['customer_id', 'items[0].quantity', 'items[1].product_id'],
    ],
  ])('rejects %s and stores nothing', async (_, customerId, items, fields) => {
    const orders = orderClient();
    const error = await failureOf(orders.createOrder({ customerId, items }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(fields);
    expect(await collect(orders.listOrders({ customerId: 'c' }))).toEqual([]);
  });

  it('reports 20 of 3,000 violations within 4 KiB of details, which any client accepts', async () => {
    const items = Array.from({ length: 1000 }, () => ({ productId: '', quantity: 0, unitPrice: -1 }));
    const error = await failureOf(orderClient().createOrder({ customerId: 'c', items }));
    expect(fieldsAtFault(error)).toHaveLength(20);
    expect(error.rawMessage).toMatch(/^3000 invalid fields: /);
    expect(Buffer.byteLength(error.metadata.get('grpc-status-details-bin') ?? '')).toBeLessThan(4096);
  });
});

describe('GetOrder and ListOrders', () => {
  it('fail with NOT_FOUND for a missing order', async () => {
    const error = await failureOf(orderClient().getOrder({ id: 'ord-ü' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'ORDER_NOT_FOUND', domain: 'order.example.com', metadata: { order_id: 'ord-ü' } },
    ]);
  });

  it.each(['', 'é'.repeat(129), 'a\nb'])('reject the id %j', async (id) => {
    const orders = orderClient();
    expect(fieldsAtFault(await failureOf(orders.getOrder({ id })))).toEqual(['id']);
    expect(fieldsAtFault(await failureOf(collect(orders.listOrders({ customerId: id }))))).toEqual(['customer_id']);
  });

  it('stream the orders of one customer in order of creation', async () => {
    const orders = orderClient();
    const ids: string[] = [];
    for (let i = 0; i < 600; i++) {
      ids.push((await orders.createOrder({ customerId: i % 2 ? 'odd' : 'even' })).id);
    }
    const listed = await collect(orders.listOrders({ customerId: 'odd' }));
    expect(listed.map(({ id }) => id)).toEqual(ids.filter((_, i) => i % 2));
  });
});

describe('UploadLineItems', () => {
  it('accepts an empty upload', async () => {
    expect(await orderClient().uploadLineItems(upload([]))).toMatchObject({
      itemCount: 0,
      totalQuantity: 0n,
      total: 0,
    });
  });

  it('totals 100,000 items exactly', async () => {
    const items = Array.from({ length: 100_000 }, () => ({ productId: 'p', quantity: 1_000_000, unitPrice: 0.1 }));
    expect(await orderClient().uploadLineItems(upload(items))).toMatchObject({
      itemCount: 100_000,
      totalQuantity: 100_000_000_000n,
      total: 1e10,
    });
  });

  it('rejects 100,001 items', async () => {
    const items = Array.from({ length: 100_001 }, (_, i) => (i === 7 ? { ...item, quantity: 0 } : item));
    const error = await failureOf(orderClient().uploadLineItems(upload(items)));
    expect(fieldsAtFault(error)).toEqual(['items[7].quantity', 'items']);
  });

  it('reports every violation with the index of its item', async () => {
    const items = [item, { ...item, quantity: 0 }, item, { ...item, unitPrice: Number.NaN, productId: '' }];
    const error = await failureOf(orderClient().uploadLineItems(upload(items)));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(['items[1].quantity', 'items[3].product_id', 'items[3].unit_price']);
  });

  it('is CANCELLED when the client aborts halfway, and the server continues', async () => {
    const orders = orderClient();
    const abort = new AbortController();
    const halfway = (async function* () {
      yield item;
      abort.abort();
      yield item;
    })();
    expect((await failureOf(orders.uploadLineItems(halfway, { signal: abort.signal }))).code).toBe(Code.Canceled);
    expect((await orders.uploadLineItems(upload([item]))).itemCount).toBe(1);
  });
});
