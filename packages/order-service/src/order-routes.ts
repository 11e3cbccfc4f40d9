import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { callOf, isAdmin, type MethodScopes } from '@example/rpc-server';
import type { Actor } from './domain/actor.ts';
import type { Chat } from './domain/chat.ts';
import type { ChatMessage } from './domain/chat-message.ts';
import type { Order } from './domain/order.ts';
import type { Orders } from './domain/orders.ts';

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
      getOrder: async ({ id }, context) => toOrderMessage(await orders.get(id, actorOf(context))),
      async *listOrders({ customerId }, context) {
        for await (const order of orders.list(customerId, actorOf(context))) yield toOrderMessage(order);
      },
      updateOrderStatus: async ({ id, status }, context) =>
        toOrderMessage(await orders.updateStatus(id, OrderStatus[status], actorOf(context))),
      uploadLineItems: async (items, context) => {
        const idempotencyKey = context.requestHeader.get('idempotency-key') ?? '';
        const summary = await orders.upload(items, idempotencyKey, actorOf(context));
        return { ...summary, totalQuantity: BigInt(summary.totalQuantity) };
      },
      async *orderChat(messages, context) {
        for await (const message of chat.join(messages, context.signal, actorOf(context))) yield toChatMessage(message);
      },
    });
}

function actorOf(context: HandlerContext): Actor {
  const caller = callOf(context).caller;
  return { name: caller.subject ?? '', isAdmin: isAdmin(caller) };
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
