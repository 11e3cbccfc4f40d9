import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import { customerId } from '../../server/requests.ts';
import type { BenchClient, MakeClients } from '../bench-client.ts';
import { checkCount, checkUser, countOf, eachItem } from './checks.ts';

export const connectNode: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => onTransport(createGrpcTransport({ baseUrl: `http://${host}` })));

export const rpcClient: MakeClients = (host, connections) => [onTransport(transportTo(host, connections))];

/** The transport by itself, without `createClient`. */
export const rpcTransport: MakeClients = (host, connections) => {
  const transport = transportTo(host, connections);
  const { getUser } = UserService.method;
  const { listOrders, uploadLineItems } = OrderService.method;
  const no = undefined;
  return [
    {
      unary: async () => checkUser((await transport.unary(getUser, no, no, no, { id: '1' })).message),
      async serverStream() {
        const request = (async function* () {
          yield { customerId };
        })();
        return await countOf((await transport.stream(listOrders, no, no, no, request)).message);
      },
      async clientStream() {
        const { message } = await transport.stream(uploadLineItems, no, no, no, eachItem());
        for await (const { itemCount } of message) return checkCount(itemCount);
        throw new Error('no response');
      },
    },
  ];
};

function transportTo(host: string, connections: number): Transport {
  return createTransport({ target: host, minConnections: connections, maxConnections: connections });
}

function onTransport(transport: Transport): BenchClient {
  const users = createClient(UserService, transport);
  const orders = createClient(OrderService, transport);
  return {
    unary: async () => checkUser(await users.getUser({ id: '1' })),
    serverStream: () => countOf(orders.listOrders({ customerId })),
    clientStream: async () => checkCount((await orders.uploadLineItems(eachItem())).itemCount),
  };
}
