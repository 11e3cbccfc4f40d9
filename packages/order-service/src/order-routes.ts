import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import type { Chat } from './domain/chat.ts';
import type { ChatMessage } from './domain/chat-message.ts';
import type { Order } from './domain/order.ts';
import type { Orders } from './domain/orders.ts';

/** order.v1.OrderService on the domain. */
export function orderRoutes(orders: Orders, chat: Chat): (router: ConnectRouter) => void {
  return (router) =>
    router.service(OrderService, {
      createOrder: async ({ customerId, items }) => toOrderMessage(await orders.create({ customerId, items })),
      getOrder: async ({ id }) => toOrderMessage(await orders.get(id)),
      async *listOrders({ customerId }) {
        for await (const order of orders.list(customerId)) yield toOrderMessage(order);
      },
      uploadLineItems: async (items) => {
        const { itemCount, totalQuantity, total } = await orders.summarize(items);
        return { itemCount, totalQuantity: BigInt(totalQuantity), total };
      },
      async *orderChat(messages, { signal }) {
        for await (const message of chat.join(messages, signal)) yield toChatMessage(message);
      },
    });
}

function toOrderMessage({ id, customerId, items, total, status }: Order) {
  return { id, customerId, items: [...items], total, status: OrderStatus[status] };
}

function toChatMessage({ orderId, sender, text, createTime, sequence }: ChatMessage) {
  return { orderId, sender, text, createTime: timestampFromDate(createTime), sequence: BigInt(sequence) };
}
