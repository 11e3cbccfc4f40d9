// A server written for 1.0.0: it lacks the RPCs that were added later, and must compile with every later version.
import { create } from '@bufbuild/protobuf';
import type { ConnectRouter, ServiceImpl } from '@connectrpc/connect';
import {
  ChatMessageSchema,
  OrderSchema,
  OrderService,
  OrderStatus,
  UploadSummarySchema,
} from '@example/protos/order/v1';
import { ListUsersResponseSchema, UserSchema, UserService } from '@example/protos/user/v1';

const users: Partial<ServiceImpl<typeof UserService>> = {
  getUser: ({ id }) => create(UserSchema, { id, name: 'Aoife', email: 'aoife@example.com' }),
  createUser: ({ name, email }) => create(UserSchema, { id: '4', name, email }),
  listUsers: ({ pageSize, pageToken }) =>
    create(ListUsersResponseSchema, { users: Array(pageSize).fill(create(UserSchema)), nextPageToken: pageToken }),
};

export function routes(router: ConnectRouter): void {
  router.service(UserService, users);
  router.service(OrderService, {
    createOrder: ({ customerId, items }) =>
      create(OrderSchema, { id: 'ord-1', customerId, items, total: 0.3, status: OrderStatus.PENDING }),
    getOrder: ({ id }) => create(OrderSchema, { id, status: OrderStatus.SHIPPED }),
    async *listOrders({ customerId }) {
      yield create(OrderSchema, { customerId, status: OrderStatus.CONFIRMED });
    },
    async uploadLineItems(items) {
      const summary = create(UploadSummarySchema);
      for await (const { productId, quantity, unitPrice } of items) {
        if (productId !== '') summary.itemCount += 1;
        summary.total += quantity * unitPrice;
      }
      return summary;
    },
    async *orderChat(messages) {
      for await (const { orderId, sender, text } of messages)
        yield create(ChatMessageSchema, { orderId, sender, text });
    },
  });
}
