// Usage: node consumer.mjs USERS_URL ORDERS_URL
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { descriptorsSha256, version } from '@example/protos/version';

const [usersUrl, ordersUrl] = process.argv.slice(2);
const usersTransport = createGrpcTransport({ baseUrl: usersUrl });
const users = createClient(UserService, usersTransport);
const usersV2 = createClient(UserServiceV2, usersTransport);
const orders = createClient(OrderService, createGrpcTransport({ baseUrl: ordersUrl }));
const options = { timeoutMs: 10_000 };

console.log(`package: ${version} ${descriptorsSha256}`);
const { id, name } = await users.getUser({ id: '1' }, options);
const { user } = await usersV2.getUser({ id: 'usr-1' }, options);
console.log(`users: ${id} ${name}, ${user.id} ${user.name}`);
const error = await users.getUser({ id: '999' }, options).catch(ConnectError.from);
console.log(`error: ${error.code}`);

const customerId = `consumer-${crypto.randomUUID()}`;
const items = [{ productId: 'tea', quantity: 3, unitPrice: 0.1 }];
const order = await orders.createOrder({ customerId, items }, options);
const listed = [];
for await (const one of orders.listOrders({ customerId }, options)) listed.push(one);
console.log(`order: ${order.total}, listed: ${listed.length}`);
const summary = await orders.uploadLineItems(
  (async function* () {
    yield* items;
  })(),
  options,
);
console.log(`upload: ${summary.itemCount} ${summary.total}`);
const chat = orders.orderChat(
  (async function* () {
    yield { orderId: order.id, sender: 'consumer', text: 'hello' };
  })(),
  options,
);
for await (const { sequence, text } of chat) console.log(`chat: ${sequence} ${text}`);
