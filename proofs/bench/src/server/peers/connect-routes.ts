import type { ConnectRouter } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { findUser, orders, Upload } from './responses.ts';

/** The services as routes of Connect, for connect-node and for our own server. */
export function routes(router: ConnectRouter): void {
  router.service(UserService, { getUser: ({ id }) => findUser(id) }).service(OrderService, {
    async *listOrders({ customerId }) {
      for (const order of orders(customerId)) yield order;
    },
    async uploadLineItems(items) {
      const upload = new Upload();
      for await (const item of items) upload.add(item);
      return upload.summary();
    },
  });
}
