// Usage: node consumer.js USERS_URL ORDERS_URL
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import {
  type ChatMessageSchema,
  type LineItem,
  LineItemSchema,
  type Order,
  OrderService,
} from '@example/protos/order/v1';
import { type User, UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2, type User as UserV2 } from '@example/protos/user/v2';
import { descriptorsSha256, version } from '@example/protos/version';

const [usersUrl = '', ordersUrl = ''] = process.argv.slice(2);
const usersTransport = createGrpcTransport({ baseUrl: usersUrl });
const users = createClient(UserService, usersTransport);
const usersV2 = createClient(UserServiceV2, usersTransport);
const orders = createClient(OrderService, createGrpcTransport({ baseUrl: ordersUrl }));
const options = { timeoutMs: 10_000 };

console.log(`package: ${version satisfies string} ${descriptorsSha256 satisfies string}`);
const v1: User = await users.getUser({ id: '1' }, options);
const v2: UserV2 | undefined = (await usersV2.getUser({ id: 'usr-1' }, options)).user;
console.log(`users: ${v1.id} ${v1.name}, ${v2?.id} ${v2?.name}`);
// @ts-expect-error an id is a string
await users.getUser({ id: 999 }, options).catch(() => {});
const error = await users.getUser({ id: '999' }, options).catch((reason: unknown) => ConnectError.from(reason));
console.log(`error: ${error instanceof ConnectError ? error.code : 'none'}`);

const customerId = `consumer-${crypto.randomUUID()}`;
const items: LineItem[] = [create(LineItemSchema, { productId: 'tea', quantity: 3, unitPrice: 0.1 })];
const order: Order = await orders.createOrder({ customerId, items }, options);
const listed: Order[] = [];
for await (const one of orders.listOrders({ customerId }, options)) listed.push(one);
console.log(`order: ${order.total}, listed: ${listed.length}`);
const summary = await orders.uploadLineItems(stream(items), options);
console.log(`upload: ${summary.itemCount} ${summary.total}`);
const hello: MessageInitShape<typeof ChatMessageSchema> = { orderId: order.id, sender: 'consumer', text: 'hello' };
for await (const { sequence, text } of orders.orderChat(stream([hello]), options))
  console.log(`chat: ${sequence} ${text}`);

async function* stream<T>(messages: T[]): AsyncIterable<T> {
  for (const message of messages) yield message;
}
