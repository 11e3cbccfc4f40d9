import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Metadata } from '@grpc/grpc-js';
import {
  ChatMessage,
  CreateOrderRequest,
  LineItem,
  ListOrdersRequest,
  type Order,
  type OrderServiceClient,
  orderStatusToJSON,
  type UploadSummary,
} from './gen/order/v1/order.ts';
import { unaryCall, withDeadline } from './unary-call.ts';

/** A unary call, and one stream of each kind. */
export async function callOrderService(orders: OrderServiceClient, log: (line: string) => void): Promise<void> {
  const customerId = crypto.randomUUID();
  const items = [
    LineItem.create({ productId: 'kettle', quantity: 1, unitPrice: 29.95 }),
    LineItem.create({ productId: 'tea-bag', quantity: 3, unitPrice: 0.1 }),
  ];
  const request = CreateOrderRequest.create({ customerId, items });
  const order = await unaryCall(orders, orders.createOrder, request);
  log(`created: ${describe(order)}`);

  const listed = orders.listOrders(ListOrdersRequest.create({ customerId }), new Metadata(), withDeadline());
  for await (const each of listed as AsyncIterable<Order>) log(`listed: ${describe(each)}`);

  const { itemCount, totalQuantity, total } = await upload(orders, 1_000);
  log(`uploaded: ${itemCount} items, ${totalQuantity} pieces, total ${total}`);

  const chat = orders.orderChat(new Metadata(), withDeadline());
  chat.write(ChatMessage.create({ orderId: order.id, sender: 'Aoife', text: 'When does my order leave?' }));
  chat.end();
  for await (const { sequence, sender, text } of chat as AsyncIterable<ChatMessage>) {
    log(`heard: ${sequence}. ${sender}: ${text}`);
  }
}

/**
 * The response arrives in a callback, and the requests go into a stream: `pipeline` writes no faster than the server
 * reads.
 */
async function upload(orders: OrderServiceClient, count: number): Promise<UploadSummary> {
  const { promise, resolve, reject } = Promise.withResolvers<UploadSummary>();
  const call = orders.uploadLineItems(new Metadata(), withDeadline(), (error, summary) =>
    error === null ? resolve(summary) : reject(error),
  );
  await Promise.all([promise, pipeline(Readable.from(lineItems(count)), call as Writable)]);
  return await promise;
}

function* lineItems(count: number): Iterable<LineItem> {
  for (let i = 1; i <= count; i++) yield LineItem.create({ productId: `product-${i}`, quantity: i, unitPrice: 0.1 });
}

function describe({ id, items, total, status, createTime }: Order): string {
  return `${id} of ${createTime?.toISOString()} with ${items.length} items, total ${total}, ${orderStatusToJSON(status)}`;
}
