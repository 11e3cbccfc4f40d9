import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { ErrorInfoSchema, PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import { type ChatMessageSchema, LineItemSchema, OrderService, OrderStatus } from '@example/protos/order/v1';
import type { RunningServer } from '@example/rpc-server';
import { callHeaders, failureOf, fieldsAtFault, silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrderService } from './start.ts';

let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'order-changes-'));
  server = await startOrderService(
    { server: testConfig, database: { kind: 'sqlite', path: join(folder, 'order.db') } },
    silentLogger,
  );
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

const client = () => createClient(OrderService, createGrpcTransport({ baseUrl: server.url }));
const item = { productId: 'p-1', quantity: 2, unitPrice: 29.99 };
const uuid = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

type Item = MessageInitShape<typeof LineItemSchema>;
type Message = MessageInitShape<typeof ChatMessageSchema>;

async function* stream<T extends Item | Message>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
}

const preconditionOf = (error: ConnectError) =>
  error
    .findDetails(PreconditionFailureSchema)
    .flatMap(({ violations }) => violations.map(({ type, subject }) => ({ type, subject })));

function expectReused(error: ConnectError): void {
  expect(error.code).toBe(Code.AlreadyExists);
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
    { reason: 'REQUEST_ID_REUSED', domain: 'order.example.com', metadata: { request_id: uuid } },
  ]);
}

describe('Order.create_time', () => {
  it('is the time when the order was created', async () => {
    const before = Date.now();
    const { id, createTime } = await client().createOrder({ customerId: 'c' });
    const stored = await client().getOrder({ id });
    expect(stored.createTime).toEqual(createTime);
    expect(createTime && timestampMs(createTime)).toBeGreaterThanOrEqual(before);
    expect(createTime && timestampMs(createTime)).toBeLessThanOrEqual(Date.now());
  });
});

describe('UpdateOrderStatus', () => {
  it('advances one status at a time, accepts the current status again, and rejects other changes', async () => {
    const orders = client();
    const { id } = await orders.createOrder({ customerId: 'c' });
    const to = (status: OrderStatus) => orders.updateOrderStatus({ id, status });
    expect(preconditionOf(await failureOf(to(OrderStatus.SHIPPED)))).toEqual([{ type: 'ORDER_STATUS', subject: id }]);
    for (const status of [OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.CONFIRMED, OrderStatus.SHIPPED]) {
      expect(await to(status)).toMatchObject({ id, status });
    }
    const back = await failureOf(to(OrderStatus.PENDING));
    expect(back.code).toBe(Code.FailedPrecondition);
    expect(preconditionOf(back)).toEqual([{ type: 'ORDER_STATUS', subject: id }]);
    expect((await orders.getOrder({ id })).status).toBe(OrderStatus.SHIPPED);
  });

  it.each([
    [{ id: '', status: OrderStatus.CONFIRMED }, ['id']],
    [{ id: 'ord-1' }, ['status']],
    [{ id: 'ord-1', status: 99 as OrderStatus }, ['status']],
    [{}, ['id', 'status']],
  ])('rejects %j', async (request, fields) => {
    const error = await failureOf(client().updateOrderStatus(request));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(fields);
  });

  it('fails with NOT_FOUND for a missing order', async () => {
    const error = await failureOf(client().updateOrderStatus({ id: 'ord-1', status: OrderStatus.CONFIRMED }));
    expect(error.code).toBe(Code.NotFound);
  });
});

describe('CreateOrder with a request_id', () => {
  const request = { customerId: 'c', items: [item], requestId: uuid };

  it('stores one order, and keeps returning the first response', async () => {
    const orders = client();
    const responses = await Promise.all(Array.from({ length: 100 }, () => orders.createOrder(request)));
    const [first] = responses;
    for (const response of responses) expect(response).toEqual(first);
    await orders.updateOrderStatus({ id: first?.id ?? '', status: OrderStatus.CONFIRMED });
    expect(await orders.createOrder({ ...request, requestId: uuid.toUpperCase() })).toEqual(first);
    const listed = [];
    for await (const order of orders.listOrders({ customerId: 'c' })) listed.push(order.id);
    expect(listed).toEqual([first?.id]);
  });

  it.each([
    ['customer', { ...request, customerId: 'd' }],
    ['price', { ...request, items: [{ ...item, unitPrice: 29.98 }] }],
    ['number of items', { ...request, items: [item, item] }],
  ])('rejects a reused id for a request with another %s', async (_, other) => {
    await client().createOrder(request);
    expectReused(await failureOf(client().createOrder(other)));
  });

  it('does not store the id of a failed request', async () => {
    await failureOf(client().createOrder({ ...request, customerId: '' }));
    expect(await client().createOrder(request)).toMatchObject({ customerId: 'c' });
  });

  it('requires a UUID, and items without an order_id', async () => {
    const items = [item, { ...item, orderId: 'ord-1' }];
    const error = await failureOf(client().createOrder({ customerId: 'c', items, requestId: 'x' }));
    expect(fieldsAtFault(error)).toEqual(['items[1].order_id', 'request_id']);
  });
});

describe('UploadLineItems to an order', () => {
  const upload = (orderId: string, count: number, key?: string) =>
    client().uploadLineItems(
      stream(...Array.from({ length: count }, (_, i) => ({ ...item, orderId: i === 0 ? orderId : '' }))),
      { headers: key === undefined ? {} : { 'idempotency-key': key } },
    );

  it('adds the items and updates the total', async () => {
    const { id } = await client().createOrder({ customerId: 'c', items: [item] });
    expect(await upload(id, 2)).toMatchObject({ orderId: id, itemCount: 2, totalQuantity: 4n, total: 119.96 });
    expect(await client().getOrder({ id })).toMatchObject({ total: 179.94, items: [item, item, item] });
  });

  it('is safe to retry with an idempotency key', async () => {
    const { id } = await client().createOrder({ customerId: 'c' });
    const first = await upload(id, 2, uuid);
    expect(await upload(id, 2, uuid.toUpperCase())).toEqual(first);
    expectReused(await failureOf(upload(id, 3, uuid)));
    expect((await client().getOrder({ id })).items).toHaveLength(2);
  });

  it('stores nothing past 1,000 items, or when the order is not pending', async () => {
    const { id } = await client().createOrder({ customerId: 'c', items: [item] });
    for (const count of [1_000, 1_500]) {
      const tooMany = await failureOf(upload(id, count, uuid));
      expect(tooMany.code).toBe(Code.FailedPrecondition);
      expect(preconditionOf(tooMany)).toEqual([{ type: 'ORDER_SIZE', subject: id }]);
    }
    expect(await upload(id, 999, uuid)).toMatchObject({ itemCount: 999 });
    const { id: shipped } = await client().createOrder({ customerId: 'c' });
    await client().updateOrderStatus({ id: shipped, status: OrderStatus.CONFIRMED });
    expect(preconditionOf(await failureOf(upload(shipped, 1)))).toEqual([{ type: 'ORDER_STATUS', subject: shipped }]);
    expect((await client().getOrder({ id: shipped })).items).toEqual([]);
  });

  it('rejects a missing order, items of two orders, and a key that is not a UUID', async () => {
    expect((await failureOf(upload('ord-1', 1))).code).toBe(Code.NotFound);
    expect(fieldsAtFault(await failureOf(upload('x'.repeat(129), 1, 'key')))).toEqual([
      'idempotency-key',
      'items[0].order_id',
    ]);
    const two = stream({ ...item, orderId: 'ord-1' }, { ...item, orderId: 'ord-2' });
    expect(fieldsAtFault(await failureOf(client().uploadLineItems(two)))).toEqual(['items[1].order_id']);
    const late = stream<Item>(item, { ...item, orderId: 'ord-2' });
    expect(fieldsAtFault(await failureOf(client().uploadLineItems(late)))).toEqual(['items[1].order_id']);
  });
});

describe('an upload that is cancelled', () => {
  // Node's client behaves like this: it sends END_STREAM as for a complete upload, directly followed by the
  // cancellation.
  it('stores nothing if the cancellation is in the packet of the last item', async () => {
    const { id } = await client().createOrder({ customerId: 'c' });
    const message = toBinary(LineItemSchema, create(LineItemSchema, { ...item, orderId: id }));
    const prefix = Buffer.from([0, 0, 0, 0, message.length]);
    const raw = await RawClient.connect(Number(new URL(server.url).port));
    raw.send(
      frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/order.v1.OrderService/UploadLineItems')),
      frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.concat([prefix, message])),
      frame(FrameType.RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 8])),
    );
    // When the server has responded to the PING and to the next call, it has handled all earlier frames.
    raw.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    await raw.next(({ type, flags }) => type === FrameType.PING && flags === Flag.ACK);
    await client().uploadLineItems(stream({ ...item, productId: 'p-2', orderId: id }));
    raw.socket.destroy();
    expect((await client().getOrder({ id })).items).toMatchObject([{ productId: 'p-2' }]);
  });
});

describe('OrderChat with a message_id', () => {
  async function say(orderId: string, sequence: number, ...texts: string[]): Promise<string[]> {
    const received: string[] = [];
    const messages = texts.map((text) => ({ text, messageId: uuid }));
    const first = { orderId, sender: 's', sequence: BigInt(sequence) };
    for await (const { sequence, text, messageId } of client().orderChat(stream<Message>(first, ...messages))) {
      received.push(`${sequence} ${text} ${messageId === uuid}`);
    }
    return received;
  }

  it('stores a message once, and sends it to readers that do not have it', async () => {
    const { id } = await client().createOrder({ customerId: 'c' });
    expect(await say(id, 0, 'hello', 'hello')).toEqual(['1 hello true']);
    expect(await say(id, 0, 'hello')).toEqual(['1 hello true']);
    expect(await say(id, 1, 'hello')).toEqual([]);
  });

  it('rejects another message with the same id', async () => {
    const { id } = await client().createOrder({ customerId: 'c' });
    await say(id, 0, 'hello');
    expectReused(await failureOf(say(id, 0, 'bye')));
    const { id: elsewhere } = await client().createOrder({ customerId: 'c' });
    expect(await say(elsewhere, 0, 'bye')).toEqual(['1 bye true']);
  });

  it('requires a UUID', async () => {
    const { id } = await client().createOrder({ customerId: 'c' });
    const chat = client().orderChat(stream({ orderId: id, sender: 's', text: 'a', messageId: 'x' }));
    const listen = async () => {
      for await (const _ of chat);
    };
    expect(fieldsAtFault(await failureOf(listen()))).toEqual(['message_id']);
  });
});
