// Usage: node consumer.cjs USERS_URL ORDERS_URL
const { ConnectError, createClient } = require('@connectrpc/connect');
const { createGrpcTransport } = require('@connectrpc/connect-node');
const { OrderService } = require('@example/protos/order/v1');
const { UserService } = require('@example/protos/user/v1');
const { UserService: UserServiceV2 } = require('@example/protos/user/v2');
const { descriptorsSha256, version } = require('@example/protos/version');

const options = { timeoutMs: 10_000 };

async function main([usersUrl, ordersUrl]) {
  const usersTransport = createGrpcTransport({ baseUrl: usersUrl });
  const users = createClient(UserService, usersTransport);
  const usersV2 = createClient(UserServiceV2, usersTransport);
  const orders = createClient(OrderService, createGrpcTransport({ baseUrl: ordersUrl }));

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
  const summary = await orders.uploadLineItems(stream(items), options);
  console.log(`upload: ${summary.itemCount} ${summary.total}`);
  const chat = orders.orderChat(stream([{ orderId: order.id, sender: 'consumer', text: 'hello' }]), options);
  for await (const { sequence, text } of chat) console.log(`chat: ${sequence} ${text}`);
}

async function* stream(messages) {
  yield* messages;
}

main(process.argv.slice(2));
