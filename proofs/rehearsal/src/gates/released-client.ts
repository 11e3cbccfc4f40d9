import { isDeepStrictEqual } from 'node:util';
import { type DescService, type FileRegistry, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError, createContextValues } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import type { Services } from '../services.ts';

type Json = Record<string, unknown>;

/** Calls an RPC. @returns the responses in ProtoJSON */
type Call = (rpc: string, ...requests: Json[]) => Promise<Json[]>;

/** A promise of the services to clients of 1.0.0 that the protos do not express. */
interface ServicePromise {
  readonly name: string;
  /** @returns the observed value */
  observe(users: Call, orders: Call): Promise<unknown>;
  readonly expected: unknown;
}

const item = { productId: 'p-1', quantity: 3, unitPrice: 0.1 };
const longest = 'n'.repeat(200);

const promises: readonly ServicePromise[] = [
  {
    name: 'a name of 200 characters is accepted, and the user can be read',
    async observe(users) {
      const [created] = await users('CreateUser', { name: longest, email: 'n@example.com' });
      const [found] = await users('GetUser', { id: created?.['id'] });
      return found?.['name'];
    },
    expected: longest,
  },
  {
    name: 'a page has 50 users when its size is not set',
    async observe(users) {
      for (let i = 0; i < 50; i++) await users('CreateUser', { name: 'Maeve', email: 'maeve@example.com' });
      const [page] = await users('ListUsers', {});
      return (page?.['users'] as unknown[] | undefined)?.length;
    },
    expected: 50,
  },
  {
    name: 'a page token of 1.0.0 is still a page token',
    async observe(users) {
      const [page] = await users('ListUsers', { pageSize: 2 });
      const [next] = await users('ListUsers', { pageSize: 1, pageToken: 'djE6Mg' });
      return [page?.['nextPageToken'], next?.['users']];
    },
    expected: ['djE6Mg', [{ id: '3', name: 'Niamh', email: 'niamh@example.com' }]],
  },
  {
    name: 'a missing user is NOT_FOUND with the reason USER_NOT_FOUND',
    observe: (users) => users('GetUser', { id: '999999' }).catch(errorOf),
    expected: [Code.NotFound, 'USER_NOT_FOUND', 'user.example.com', { user_id: '999999' }],
  },
  {
    name: 'a new order is pending with an exact total, and is listed',
    async observe(_, orders) {
      const customerId = crypto.randomUUID();
      const [created] = await orders('CreateOrder', { customerId, items: [item] });
      const [found] = await orders('GetOrder', { id: created?.['id'] });
      const listed = await orders('ListOrders', { customerId });
      return [found?.['total'], found?.['status'], isDeepStrictEqual(listed, [created])];
    },
    expected: [0.3, 'ORDER_STATUS_PENDING', true],
  },
  {
    name: 'an upload is counted and totalled',
    observe: (_, orders) => orders('UploadLineItems', item, item),
    expected: [{ itemCount: 2, totalQuantity: '6', total: 0.6 }],
  },
  {
    name: 'a chat message comes back with its number',
    async observe(_, orders) {
      const [order] = await orders('CreateOrder', { customerId: 'c', items: [item] });
      const [message] = await orders('OrderChat', { orderId: order?.['id'], sender: 'Maeve', text: 'dia duit' });
      return [message?.['sender'], message?.['text'], message?.['sequence']];
    },
    expected: ['Maeve', 'dia duit', '1'],
  },
];

/**
 * Calls the services as a client of a released version, made from its descriptor set.
 *
 * @returns the broken promises, each with the observed value
 */
export async function brokenPromises(
  released: FileRegistry,
  { usersUrl, ordersUrl }: Pick<Services, 'usersUrl' | 'ordersUrl'>,
): Promise<string[]> {
  const users = callerOf(serviceOf(released, 'user.v1.UserService'), usersUrl);
  const orders = callerOf(serviceOf(released, 'order.v1.OrderService'), ordersUrl);
  const broken: string[] = [];
  for (const { name, observe, expected } of promises) {
    const observed = await observe(users, orders).catch((error: Error) => error.message);
    if (!isDeepStrictEqual(observed, expected)) broken.push(`${name}: ${JSON.stringify(observed)}`);
  }
  return broken;
}

function serviceOf(registry: FileRegistry, name: string): DescService {
  const service = registry.getService(name);
  if (!service) throw new Error(`the released API has no ${name}`);
  return service;
}

function callerOf(service: DescService, baseUrl: string): Call {
  const transport = createGrpcTransport({ baseUrl });
  return async (rpc, ...requests) => {
    const method = service.methods.find(({ name }) => name === rpc);
    if (!method) throw new Error(`${service.typeName} has no ${rpc}`);
    async function* messages() {
      yield* requests;
    }
    // A unary call is a stream of one message each way.
    const stream = { ...method, methodKind: 'bidi_streaming' as const };
    const response = await transport.stream(stream, undefined, undefined, undefined, messages(), createContextValues());
    const responses: Json[] = [];
    for await (const message of response.message as AsyncIterable<Message>) {
      responses.push(toJson(method.output, message) as Record<string, JsonValue>);
    }
    return responses;
  };
}

function errorOf(reason: unknown): unknown {
  const error = ConnectError.from(reason);
  const [info] = error.findDetails(ErrorInfoSchema);
  return [error.code, info?.reason, info?.domain, info?.metadata];
}
