import { OrderServiceService } from '@example/kit/ts-proto/order/v1';
import { UserServiceService } from '@example/kit/ts-proto/user/v1';
import { createServer } from 'nice-grpc';
import { announce } from './process.ts';
import { findUser, orders, Upload } from './responses.ts';

const { getUser } = UserServiceService;
const { listOrders, uploadLineItems } = OrderServiceService;

const server = createServer();
server.add({ getUser }, { getUser: async ({ id }: { id: string }) => findUser(id) });
server.add(
  { listOrders, uploadLineItems },
  {
    async *listOrders({ customerId }: { customerId: string }) {
      for (const order of orders(customerId)) yield order;
    },
    async uploadLineItems(items: AsyncIterable<{ quantity: number }>) {
      const upload = new Upload();
      for await (const item of items) upload.add(item);
      return upload.summary();
    },
  },
);
announce(`http://127.0.0.1:${await server.listen('127.0.0.1:0')}`);
