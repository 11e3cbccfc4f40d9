import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { callOf, heldPages, isAdmin, type MethodScopes } from '@example/rpc-server';
import type { Actor } from './domain/actor.ts';
import type { Chat } from './domain/chat.ts';
import type { ChatMessage } from './domain/chat-message.ts';
import type { Order } from './domain/order.ts';
import type { Orders } from './domain/orders.ts';

/** Estimates of the bytes that the store reads at once: a page of messages, and one order of the largest size. */
const pageBytes = 256 * 1024;
const orderBytes = 128 * 1024;

/** The scope that each method requires. */
export const orderScopes: MethodScopes = {
  'order.v1.OrderService.CreateOrder': 'orders.write',
  'order.v1.OrderService.UploadLineItems': 'orders.write',
  'order.v1.OrderService.OrderChat': 'orders.write',
  'order.v1.OrderService.UpdateOrderStatus': 'admin',
  'order.v1.OrderService.GetOrder': 'orders.read',
  'order.v1.OrderService.ListOrders': 'orders.read',
};

/**
 * Implements order.v1.OrderService with the domain. A caller without the scope admin is the customer named by the
 * token's subject.
 */
export function orderRoutes(orders: Orders, chat: Chat): (router: ConnectRouter) => void {
  return (router) =>
    router.service(OrderService, {
      createOrder: async ({ customerId, items, requestId }, context) =>
        toOrderMessage(await orders.create(customerId, items, requestId, actorOf(context))),
      getOrder: async ({ id }, context) => {
        await callOf(context).turnToRead(orderBytes);
        return toOrderMessage(await orders.get(id, actorOf(context)));
      },
      async *listOrders({ customerId }, context) {
        const pages = orders.list(customerId, actorOf(context));
        for await (const order of heldPages(callOf(context), pages, pageBytes, bytesOfOrder))
          yield toOrderMessage(order);
      },
      updateOrderStatus: async ({ id, status }, context) =>
        toOrderMessage(await orders.updateStatus(id, OrderStatus[status], actorOf(context))),
      uploadLineItems: async (items, context) => {
        const idempotencyKey = context.requestHeader.get('idempotency-key') ?? '';
        const summary = await orders.upload(items, idempotencyKey, actorOf(context));
        return { ...summary, totalQuantity: BigInt(summary.totalQuantity) };
      },
      async *orderChat(messages, context) {
        const pages = chat.join(messages, context.signal, actorOf(context));
        for await (const message of heldPages(callOf(context), pages, pageBytes, bytesOfMessage)) {
          yield toChatMessage(message);
        }
      },
    });
}

function actorOf(context: HandlerContext): Actor {
  const caller = callOf(context).caller;
  return { name: caller.subject ?? '', isAdmin: isAdmin(caller) };
}

/** An estimate: two bytes for each character, and the size of the objects. */
function bytesOfOrder({ items }: Order): number {
  return items.reduce((sum, { productId }) => sum + 2 * productId.length + 100, 500);
}

function bytesOfMessage({ text }: ChatMessage): number {
  return 2 * text.length + 500;
}

function toOrderMessage({ id, customerId, items, total, status, createTime }: Order) {
  return {
    id,
    customerId,
    items: [...items],
    total,
    status: OrderStatus[status],
    createTime: timestampFromDate(createTime),
  };
}

function toChatMessage({ orderId, sender, text, createTime, sequence, messageId }: ChatMessage) {
  return { orderId, sender, text, createTime: timestampFromDate(createTime), sequence: BigInt(sequence), messageId };
}
