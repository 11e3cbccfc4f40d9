import { once } from 'node:events';
import { OrderServiceClient, OrderServiceService } from '@example/kit/ts-proto/order/v1';
import { UserServiceClient, UserServiceService } from '@example/kit/ts-proto/user/v1';
import { credentials } from '@grpc/grpc-js';
import { createChannel, createClient } from 'nice-grpc';
import { customerId } from '../../server/requests.ts';
import type { MakeClients } from '../bench-client.ts';
import { checkCount, checkUser, countOf, eachItem, items } from './checks.ts';

/** Gives each client its own connection. */
const options = { 'grpc.use_local_subchannel_pool': 1 };
const insecure = credentials.createInsecure();

/** grpc-js with the code that ts-proto generates. */
export const grpcJs: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => {
    const users = new UserServiceClient(host, insecure, options);
    const orders = new OrderServiceClient(host, insecure, options);
    return {
      unary: () =>
        new Promise((resolve, reject) => {
          users.getUser({ id: '1' }, (error, user) => (error ? reject(error) : resolve(checkUser(user))));
        }),
      serverStream: () => countOf(orders.listOrders({ customerId })),
      async clientStream() {
        const { promise, resolve, reject } = Promise.withResolvers<number>();
        const call = orders.uploadLineItems((error, { itemCount }) =>
          error ? reject(error) : resolve(checkCount(itemCount)),
        );
        for (const item of items) if (!call.write(item)) await once(call, 'drain');
        call.end();
        return await promise;
      },
    };
  });

export const niceGrpc: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => {
    const channel = createChannel(host, insecure, options);
    const users = createClient(UserServiceService, channel);
    const orders = createClient(OrderServiceService, channel);
    return {
      unary: async () => checkUser(await users.getUser({ id: '1' })),
      serverStream: () => countOf(orders.listOrders({ customerId })),
      clientStream: async () => checkCount((await orders.uploadLineItems(eachItem())).itemCount),
    };
  });
