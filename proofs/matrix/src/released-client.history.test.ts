// A client made from the descriptors of 1.0.0, without anything newer.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@example/kit/root';
import { type Client, credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMatrixCredentials } from './credentials.ts';
import { type RunningServers, servers } from './servers.ts';

type Message = Record<string, unknown>;
interface Stream extends AsyncIterable<Message> {
  write(message: Message): void;
  end(): void;
}
type Done = (error: Error | null, response: Message) => void;
/** A client that grpc-js creates from descriptors at run time. */
type Untyped = Client & Record<string, (request?: Message | Done, done?: Done) => Stream>;

const released = loadPackageDefinition(
  loadFileDescriptorSetFromBuffer(readFileSync(join(root, 'releases/1.0.0/descriptors.binpb')), {
    longs: String,
    enums: String,
    defaults: true,
  }),
) as unknown as Record<string, { v1: Record<string, ServiceClientConstructor> }>;

let folder: string;
let server: RunningServers;
let users: Untyped;
let orders: Untyped;

function clientOf(name: string, service: string, address = ''): Untyped {
  const Service = released[name]?.v1[service] ?? expect.fail(`1.0.0 has no ${service}`);
  return new Service(address, credentials.createInsecure()) as unknown as Untyped;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'released-client-'));
  const [ts] = servers;
  server = (await ts?.start('plain', await createMatrixCredentials(folder), folder)) ?? expect.fail();
  users = clientOf('user', 'UserService', server.addresses['user']);
  orders = clientOf('order', 'OrderService', server.addresses['order']);
}, 60_000);
afterAll(async () => {
  users.close();
  orders.close();
  await server.end();
  rmSync(folder, { recursive: true });
});

async function call(client: Untyped, rpc: string, request: Message): Promise<Message> {
  return (await promisify(client[rpc] as never).call(client, request as never)) as unknown as Message;
}

async function allOf(stream: Stream | undefined): Promise<Message[]> {
  const all: Message[] = [];
  for await (const message of stream ?? expect.fail()) all.push(message);
  return all;
}

it('reads and creates users as in 1.0.0', async () => {
  const maeve = { name: 'Maeve', email: 'maeve@example.com' };
  expect(await call(users, 'CreateUser', maeve)).toEqual({ id: '4', ...maeve });
  expect(await call(users, 'GetUser', { id: 4 })).toEqual({ id: '4', ...maeve });
  expect((await call(users, 'ListUsers', { page_size: 2 }))['next_page_token']).toBe('djE6Mg');
});

it('uses orders as in 1.0.0, without newer fields', async () => {
  const items = [{ product_id: 'p-1', quantity: 3, unit_price: 0.1 }];
  const order = await call(orders, 'CreateOrder', { customer_id: 'c', items });
  expect(order).toEqual({ id: order['id'], customer_id: 'c', items, total: 0.3, status: 'ORDER_STATUS_PENDING' });
  expect(await call(orders, 'GetOrder', { id: order['id'] })).toEqual(order);
  expect(await allOf(orders['ListOrders']?.({ customer_id: 'c' }))).toEqual([order]);

  const summary = Promise.withResolvers<Message>();
  const upload = orders['UploadLineItems']?.((error, response) =>
    error ? summary.reject(error) : summary.resolve(response),
  );
  upload?.write(items[0] as Message);
  upload?.end();
  expect(await summary.promise).toEqual({ item_count: 1, total_quantity: '3', total: 0.3 });

  const chat = orders['OrderChat']?.();
  chat?.write({ order_id: order['id'], sender: 'Maeve', text: 'dia duit' });
  chat?.end();
  expect(await allOf(chat)).toMatchObject([{ sender: 'Maeve', text: 'dia duit', sequence: '1' }]);
});
