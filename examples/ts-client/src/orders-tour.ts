import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type LineItemSchema, type Order, OrderStatus } from '@example/protos/order/v1';
import type { Clients } from './clients.ts';

/** Unary calls, a server stream, and client streams. */
export async function ordersTour({ orders }: Clients, log: (line: string) => void): Promise<void> {
  // A new customer in each run, so that the list does not contain orders of earlier runs.
  const customerId = `customer-${randomUUID()}`;
  const request = {
    customerId,
    items: [
      { productId: 'kettle', quantity: 1, unitPrice: 29.95 },
      { productId: 'tea-bag', quantity: 3, unitPrice: 0.1 },
    ],
    // Makes the request safe to retry after an error with an unknown outcome: the order is created once.
    requestId: randomUUID(),
  };
  const order = await orders.createOrder(request, { timeoutMs: 5_000 });
  log(`CreateOrder: ${describe(order)}`);
  const again = await orders.createOrder(request, { timeoutMs: 5_000 });
  log(`CreateOrder with the same request_id: ${again.id === order.id ? 'the same order' : 'another order'}`);
  await orders.createOrder({ customerId }, { timeoutMs: 5_000 });

  log(`GetOrder: ${describe(await orders.getOrder({ id: order.id }, { timeoutMs: 5_000 }))}`);

  // Flow control makes the server send only as fast as this loop reads, so memory use does not depend on the number of
  // orders. The timeout applies to the whole stream. A `break` ends the loop but not the call: for that, abort its
  // `signal`.
  for await (const listed of orders.listOrders({ customerId }, { timeoutMs: 30_000 })) {
    log(`ListOrders: ${describe(listed)}`);
  }

  const summary = await orders.uploadLineItems(lineItems(1_000), { timeoutMs: 30_000 });
  // total_quantity is an int64 without `jstype`: a bigint here.
  log(`UploadLineItems: ${summary.itemCount} items, ${summary.totalQuantity} pieces, total ${summary.total}`);

  // An upload that names an order adds either all items to it or none. Its idempotency key is sent as metadata.
  const headers = { 'idempotency-key': randomUUID() };
  await orders.uploadLineItems(lineItems(10, order.id), { timeoutMs: 30_000, headers });
  log(`UploadLineItems to the order: ${describe(await orders.getOrder({ id: order.id }, { timeoutMs: 5_000 }))}`);

  const status = OrderStatus.CONFIRMED;
  log(`UpdateOrderStatus: ${describe(await orders.updateOrderStatus({ id: order.id, status }, { timeoutMs: 5_000 }))}`);
}

/** The generator creates an item when the connection can send it: the upload is never in memory as a whole. */
async function* lineItems(count: number, orderId = ''): AsyncIterable<MessageInitShape<typeof LineItemSchema>> {
  for (let i = 1; i <= count; i++) yield { productId: `product-${i}`, quantity: i, unitPrice: 0.1, orderId };
}

function describe({ id, items, total, status }: Order): string {
  return `${id} with ${items.length} items, total ${total}, ${OrderStatus[status]}`;
}
