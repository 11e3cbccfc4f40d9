import { join } from 'node:path';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { failureOf, type ServerWithAuth, silentLogger, startWithAuth, transports } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrderService } from './start.ts';

let server: ServerWithAuth;
beforeAll(async () => {
  server = await startWithAuth((config, folder) => {
    const database = { kind: 'sqlite' as const, path: join(folder, 'order.db') };
    return startOrderService({ server: config, database }, silentLogger);
  });
});
afterAll(() => server.close());

type Orders = Client<typeof OrderService>;

/** A client with the token of one subject. */
async function ordersOf(subject: string, scopes: string, transport?: Transport): Promise<Orders> {
  return withHeader(await server.authorize(subject, scopes), transport);
}

function withHeader(authorization: string | undefined, transport?: Transport): Orders {
  const inner = transport ?? createGrpcTransport({ baseUrl: server.url });
  const add = (header: ConstructorParameters<typeof Headers>[0]) => {
    const headers = new Headers(header);
    if (authorization !== undefined) headers.set('authorization', authorization);
    return headers;
  };
  return createClient(OrderService, {
    unary: (method, signal, timeoutMs, header, ...rest) => inner.unary(method, signal, timeoutMs, add(header), ...rest),
    stream: (method, signal, timeoutMs, header, ...rest) =>
      inner.stream(method, signal, timeoutMs, add(header), ...rest),
  });
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const message of messages) collected.push(message);
  return collected;
}

async function* once<T>(message: T): AsyncIterable<T> {
  yield message;
}

const rpcs = {
  createOrder: (orders: Orders, customerId: string) => orders.createOrder({ customerId }),
  uploadLineItems: (orders: Orders) => orders.uploadLineItems(once({ productId: 'p', quantity: 1, unitPrice: 1 })),
  orderChat: (orders: Orders, _: string, orderId: string) => all(orders.orderChat(once({ orderId, sender: 'aoife' }))),
  updateOrderStatus: (orders: Orders, _: string, id: string) =>
    orders.updateOrderStatus({ id, status: OrderStatus.PENDING }),
  getOrder: (orders: Orders, _: string, id: string) => orders.getOrder({ id }),
  listOrders: (orders: Orders, customerId: string) => all(orders.listOrders({ customerId })),
};
type Rpc = keyof typeof rpcs;
const every = Object.keys(rpcs) as Rpc[];

const allowed: Readonly<Record<string, readonly Rpc[]>> = {
  '': [],
  'orders.read': ['getOrder', 'listOrders'],
  'orders.write': ['createOrder', 'uploadLineItems', 'orderChat'],
  'orders.read orders.write': every.filter((rpc) => rpc !== 'updateOrderStatus'),
  'users.read users.write': [],
  admin: every,
};

describe.each(transports)('authorization over %s', (protocol, transport) => {
  const isHttp2 = protocol === 'gRPC' || protocol.endsWith('HTTP/2');
  // Connect's client does not support bidirectional streams over HTTP/1.1.
  const names = (Object.keys(rpcs) as Rpc[]).filter((rpc) => isHttp2 || rpc !== 'orderChat');
  const outcome = (call: Promise<unknown>) =>
    call.then(
      () => 'Ok',
      (error) => Code[ConnectError.from(error).code],
    );

  it.each(Object.keys(allowed))(
    'a token with the scopes "%s" may call exactly the methods of these scopes',
    async (scopes) => {
      const { id } = await (await ordersOf('aoife', 'orders.write')).createOrder({ customerId: 'aoife' });
      const aoife = await ordersOf('aoife', scopes, transport(server.url));
      for (const rpc of names) {
        const expected = allowed[scopes]?.includes(rpc) ? 'Ok' : 'PermissionDenied';
        expect(`${rpc} ${await outcome(rpcs[rpc](aoife, 'aoife', id))}`).toBe(`${rpc} ${expected}`);
      }
    },
  );

  it('every method requires a token', async () => {
    const nobody = withHeader(undefined, transport(server.url));
    for (const rpc of names) expect(await outcome(rpcs[rpc](nobody, 'aoife', 'ord-1'))).toBe('Unauthenticated');
  });

  it('a customer has no access to orders of another, and an admin has access to all', async () => {
    const aoife = await ordersOf('aoife', 'orders.read orders.write');
    const { id } = await aoife.createOrder({ customerId: 'aoife' });
    const expected = {
      cillian: {
        createOrder: 'PermissionDenied',
        uploadLineItems: 'Ok',
        orderChat: 'PermissionDenied',
        updateOrderStatus: 'PermissionDenied',
        getOrder: 'NotFound',
        listOrders: 'PermissionDenied',
      },
      root: Object.fromEntries(every.map((rpc) => [rpc, 'Ok'])),
    };
    const people = {
      cillian: await ordersOf('cillian', 'orders.read orders.write', transport(server.url)),
      root: await ordersOf('root', 'admin', transport(server.url)),
    };
    for (const name of ['cillian', 'root'] as const) {
      for (const rpc of names) {
        const code = await outcome(rpcs[rpc](people[name], 'aoife', id));
        expect(`${name} ${rpc} ${code}`).toBe(`${name} ${rpc} ${expected[name][rpc]}`);
      }
    }
  });
});

describe("an upload to another's order", () => {
  it('fails with NOT_FOUND', async () => {
    const { id: orderId } = await (await ordersOf('aoife', 'orders.write')).createOrder({ customerId: 'aoife' });
    const item = { productId: 'p', quantity: 1, unitPrice: 1, orderId };
    const cillian = await ordersOf('cillian', 'orders.write');
    expect((await failureOf(cillian.uploadLineItems(once(item)))).code).toBe(Code.NotFound);
    const aoife = await ordersOf('aoife', 'orders.read orders.write');
    expect(await aoife.uploadLineItems(once(item))).toMatchObject({ orderId });
    expect((await aoife.getOrder({ id: orderId })).items).toHaveLength(1);
  });
});

describe('a request_id', () => {
  it('is independent of those of other callers', async () => {
    const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
    const ids = new Set<string>();
    for (const name of ['aoife', 'cillian', 'aoife']) {
      const orders = await ordersOf(name, 'orders.write');
      ids.add((await orders.createOrder({ customerId: name, requestId })).id);
    }
    expect(ids.size).toBe(2);
  });
});

describe('a chat with authentication', () => {
  it('uses the subject of the token as sender, and rejects another sender', async () => {
    const aoife = await ordersOf('aoife', 'orders.write');
    const { id: orderId } = await aoife.createOrder({ customerId: 'aoife' });
    const [message] = await all(aoife.orderChat(once({ orderId, text: 'mine' })));
    expect(message).toMatchObject({ sender: 'aoife', text: 'mine' });
    const error = await failureOf(all(aoife.orderChat(once({ orderId, sender: 'cillian', text: 'not mine' }))));
    expect(error.code).toBe(Code.PermissionDenied);
    expect(await all(aoife.orderChat(once({ orderId })))).toHaveLength(1);
  });

  it("about another customer's order fails with NOT_FOUND", async () => {
    const { id: orderId } = await (await ordersOf('aoife', 'orders.write')).createOrder({ customerId: 'aoife' });
    const cillian = await ordersOf('cillian', 'orders.write');
    expect((await failureOf(all(cillian.orderChat(once({ orderId }))))).code).toBe(Code.NotFound);
  });
});
