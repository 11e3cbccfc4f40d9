import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type LineItemSchema, type Order, OrderStatus } from '@example/protos/order/v1';
import type { Clients } from './clients.ts';

/** Unary calls, a stream of responses, and a stream of requests. */
export async function ordersTour({ orders }: Clients, log: (line: string) => void): Promise<void> {
  // A new customer each time, so that earlier runs do not show in what follows.
  const customerId = `customer-${randomUUID()}`;
  const request = {
    customerId,
    items: [
      { productId: 'kettle', quantity: 1, unitPrice: 29.95 },
      { productId: 'tea-bag', quantity: 3, unitPrice: 0.1 },
    ],
    // Makes the request safe to repeat when an error does not say whether it was done: it is done once.
    requestId: randomUUID(),
  };
  const order = await orders.createOrder(request, { timeoutMs: 5_000 });
  log(`CreateOrder: ${describe(order)}`);
  const again = await orders.createOrder(request, { timeoutMs: 5_000 });
  log(`CreateOrder with the same request_id: ${again.id === order.id ? 'the same order' : 'another order'}`);
  await orders.createOrder({ customerId }, { timeoutMs: 5_000 });

  log(`GetOrder: ${describe(await orders.getOrder({ id: order.id }, { timeoutMs: 5_000 }))}`);

  // The server sends as fast as this loop reads, so that memory stays the same for any number of orders. The deadline is
  // that of the whole stream. A `break` would end the loop but not the call: for that, abort its `signal`.
  for await (const listed of orders.listOrders({ customerId }, { timeoutMs: 30_000 })) {
    log(`ListOrders: ${describe(listed)}`);
  }

  const summary = await orders.uploadLineItems(lineItems(1_000), { timeoutMs: 30_000 });
  // total_quantity is an int64 without `jstype`: a bigint here.
  log(`UploadLineItems: ${summary.itemCount} items, ${summary.totalQuantity} pieces, total ${summary.total}`);

  // An upload that names an order adds to it, all items or none. Its id for repetitions goes beside the stream.
  const headers = { 'idempotency-key': randomUUID() };
  await orders.uploadLineItems(lineItems(10, order.id), { timeoutMs: 30_000, headers });
  log(`UploadLineItems to the order: ${describe(await orders.getOrder({ id: order.id }, { timeoutMs: 5_000 }))}`);

  const status = OrderStatus.CONFIRMED;
  log(`UpdateOrderStatus: ${describe(await orders.updateOrderStatus({ id: order.id, status }, { timeoutMs: 5_000 }))}`);
}

/** A generator makes each item when the connection has room for it: the upload is never in memory as a whole. */
async function* lineItems(count: number, orderId = ''): AsyncIterable<MessageInitShape<typeof LineItemSchema>> {
  for (let i = 1; i <= count; i++) yield { productId: `product-${i}`, quantity: i, unitPrice: 0.1, orderId };
}

function describe({ id, items, total, status }: Order): string {
  return `${id} with ${items.length} items, total ${total}, ${OrderStatus[status]}`;
}
