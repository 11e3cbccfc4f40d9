import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import { type ChatMessageSchema, OrderStatus } from '@example/protos/order/v1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  all,
  type Clients,
  clientsOf,
  failureOf,
  type ServerProcess,
  startServer,
  stream,
} from '../server-process.fixture.ts';

let server: ServerProcess;
let orders: Clients['orders'];
beforeAll(async () => {
  server = await startServer();
  ({ orders } = clientsOf(server));
});
afterAll(() => server.end('SIGKILL'));

const tea = { productId: 'tea', quantity: 3, unitPrice: 0.1, orderId: '' };

const chat = (...messages: MessageInitShape<typeof ChatMessageSchema>[]) => orders.orderChat(stream(...messages));

const fieldsOf = (error: ConnectError) =>
  error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
const preconditionsOf = (error: ConnectError) =>
  error
    .findDetails(PreconditionFailureSchema)
    .flatMap(({ violations }) => violations.map(({ type, subject }) => ({ type, subject })));

describe('an order', () => {
  it('is returned as created', async () => {
    const before = Date.now();
    const order = await orders.createOrder({ customerId: 'c', items: [tea] });
    expect(order).toMatchObject({ customerId: 'c', items: [tea], total: 0.3, status: OrderStatus.PENDING });
    expect(order.createTime && timestampMs(order.createTime)).toBeGreaterThanOrEqual(before);
    expect(await orders.getOrder({ id: order.id })).toEqual(order);
  });

  it('is NOT_FOUND with ErrorInfo if it does not exist', async () => {
    const error = await failureOf(orders.getOrder({ id: 'ord-1' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'ORDER_NOT_FOUND', domain: 'order.example.com', metadata: { order_id: 'ord-1' } },
    ]);
  });

  it('is rejected with its invalid fields in their order', async () => {
    const items = [tea, { ...tea, quantity: 0, unitPrice: Number.NaN, orderId: 'x' }];
    const error = await failureOf(orders.createOrder({ customerId: '', items }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsOf(error)).toEqual(['customer_id', 'items[1].quantity', 'items[1].unit_price', 'items[1].order_id']);
  });

  it('advances one status at a time', async () => {
    const { id } = await orders.createOrder({ customerId: 'c' });
    const early = await failureOf(orders.updateOrderStatus({ id, status: OrderStatus.SHIPPED }));
    expect(early.code).toBe(Code.FailedPrecondition);
    expect(preconditionsOf(early)).toEqual([{ type: 'ORDER_STATUS', subject: id }]);
    expect(await orders.updateOrderStatus({ id, status: OrderStatus.CONFIRMED })).toMatchObject({ status: 2 });
    for (const status of [OrderStatus.UNSPECIFIED, 99 as OrderStatus]) {
      expect(fieldsOf(await failureOf(orders.updateOrderStatus({ id, status })))).toEqual(['status']);
    }
  });
});

describe('ListOrders', () => {
  it('streams the orders of a customer in order of creation', async () => {
    const customerId = crypto.randomUUID();
    const ids: string[] = [];
    for (let i = 0; i < 300; i++) ids.push((await orders.createOrder({ customerId })).id);
    expect((await all(orders.listOrders({ customerId }))).map(({ id }) => id)).toEqual(ids);
    expect(await all(orders.listOrders({ customerId: 'nobody' }))).toEqual([]);
    expect(fieldsOf(await failureOf(all(orders.listOrders({}))))).toEqual(['customer_id']);
  });
});

describe('UploadLineItems', () => {
  it('totals the items', async () => {
    const items = Array.from({ length: 5_000 }, () => tea);
    expect(await orders.uploadLineItems(stream(...items))).toMatchObject({
      itemCount: 5_000,
      totalQuantity: 15_000n,
      total: 1_500,
    });
  });

  it('adds the items to an order once per idempotency-key', async () => {
    const { id } = await orders.createOrder({ customerId: 'c' });
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const upload = (...items: (typeof tea)[]) => orders.uploadLineItems(stream(...items), { headers });
    const first = await upload({ ...tea, orderId: id }, tea);
    expect(await upload({ ...tea, orderId: id }, tea)).toEqual(first);
    expect((await failureOf(upload({ ...tea, orderId: id }))).code).toBe(Code.AlreadyExists);
    expect(await orders.getOrder({ id })).toMatchObject({ items: [tea, tea], total: 0.6 });
  });
});

describe('OrderChat', () => {
  it('sends all messages stored before the half-close, and ends', async () => {
    const { id: orderId } = await orders.createOrder({ customerId: 'c' });
    const texts = Array.from({ length: 100 }, (_, i) => ({ text: `message ${i + 1}` }));
    const heard = await all(chat({ orderId, sender: 'Aoife' }, ...texts));
    expect(heard.map(({ sequence, text }) => `${sequence} ${text}`)).toEqual(
      texts.map(({ text }, i) => `${i + 1} ${text}`),
    );
    const rest = await all(chat({ orderId, sender: 'Cillian', sequence: 98n }));
    expect(rest.map(({ sequence, sender }) => `${sequence} ${sender}`)).toEqual(['99 Aoife', '100 Aoife']);
  });

  it('stores a message with a message_id once', async () => {
    const { id: orderId } = await orders.createOrder({ customerId: 'c' });
    const message = { text: 'hello', messageId: crypto.randomUUID() };
    const heard = await all(chat({ orderId, sender: 's' }, message, message));
    expect(heard.map(({ sequence }) => sequence)).toEqual([1n]);
  });

  it('sends the messages stored before an invalid one, then fails', async () => {
    const { id: orderId } = await orders.createOrder({ customerId: 'c' });
    const heard: string[] = [];
    const listen = async () => {
      const responses = chat({ orderId, sender: 's', text: 'hello' }, { text: '' });
      for await (const { text } of responses) heard.push(text);
    };
    expect(fieldsOf(await failureOf(listen()))).toEqual(['text']);
    expect(heard).toEqual(['hello']);
  });

  it('continues for others when one client cancels', async () => {
    const { id: orderId } = await orders.createOrder({ customerId: 'c' });
    const leaving = new AbortController();
    const never = Promise.withResolvers<void>();
    async function* staying(sender: string) {
      yield { orderId, sender, text: `${sender} is here` };
      await never.promise;
    }
    const gone = orders.orderChat(staying('Aoife'), { signal: leaving.signal })[Symbol.asyncIterator]();
    await gone.next();
    leaving.abort();
    expect(ConnectError.from(await failureOf(gone.next())).code).toBe(Code.Canceled);
    const heard = await all(chat({ orderId, sender: 'Cillian', text: 'and you?' }));
    expect(heard.map(({ text }) => text)).toEqual(['Aoife is here', 'and you?']);
    expect(server.log()).not.toContain('internal error');
    never.resolve();
  });

  it('requires an order', async () => {
    expect(fieldsOf(await failureOf(all(chat())))).toEqual(['order_id']);
    const error = await failureOf(all(chat({ orderId: 'ord-1', sender: 's' })));
    expect(error.code).toBe(Code.NotFound);
  });
});
