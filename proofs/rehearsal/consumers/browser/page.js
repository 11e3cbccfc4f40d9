// globalThis.consume(USERS_URL, ORDERS_URL) makes the calls that a web page can make, and returns the lines that the
// other consumers print.
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { descriptorsSha256, version } from '@example/protos/version';

const options = { timeoutMs: 10_000 };

globalThis.consume = async (usersUrl, ordersUrl) => {
  const lines = [`package: ${version} ${descriptorsSha256}`];
  const usersTransport = createGrpcWebTransport({ baseUrl: usersUrl });
  const users = createClient(UserService, usersTransport);
  const usersV2 = createClient(UserServiceV2, usersTransport);
  const orders = createClient(OrderService, createGrpcWebTransport({ baseUrl: ordersUrl }));

  const { id, name } = await users.getUser({ id: '1' }, options);
  const { user } = await usersV2.getUser({ id: 'usr-1' }, options);
  lines.push(`users: ${id} ${name}, ${user.id} ${user.name}`);
  const error = await users.getUser({ id: '999' }, options).catch(ConnectError.from);
  lines.push(`error: ${error.code}`);

  const customerId = `consumer-${Math.random()}`;
  const items = [{ productId: 'tea', quantity: 3, unitPrice: 0.1 }];
  const order = await orders.createOrder({ customerId, items }, options);
  let listed = 0;
  for await (const _ of orders.listOrders({ customerId }, options)) listed++;
  lines.push(`order: ${order.total}, listed: ${listed}`);
  return lines.join('\n');
};
