import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chat, Orders } from '@example/order-service/domain';
import { LocalRoomNotifications } from '@example/order-service/notifications';
import { openOrderRepository } from '@example/order-service/store';
import { file_order_v1_order } from '@example/protos/order/v1';
import { file_user_v1_user } from '@example/protos/user/v1';
import { file_user_v2_user } from '@example/protos/user/v2';
import { UsersV1, UsersV2 } from '@example/user-service/domain';
import { openUserRepository } from '@example/user-service/store';
import { ServerCredentials } from '@grpc/grpc-js';
import { describedWith } from './described.ts';
import { authentication } from './interceptors/authentication.ts';
import { logging } from './interceptors/logging.ts';
import { rateLimit } from './interceptors/rate-limit.ts';
import { unreadableRequests } from './interceptors/unreadable-requests.ts';
import { type Listener, listen } from './listener.ts';
import type { Options } from './options.ts';
import { orderService, userService, userServiceV2 } from './protos.ts';
import { orderHandlers } from './services/orders.ts';
import { userHandlers } from './services/users.ts';
import { userV2Handlers } from './services/users-v2.ts';

/** Both services, each on its own port. */
export interface Services {
  readonly users: Listener;
  readonly orders: Listener;
  /** Stops both, as `Listener.stop` does, and closes the stores. */
  stop(graceMs: number): Promise<void>;
}

/** @throws if a file cannot be read, a store cannot be opened, or an address is not available */
export async function start(options: Options): Promise<Services> {
  const folder = options.data ?? folderUntilExit();
  const userRepository = await openUserRepository({ kind: 'sqlite', path: join(folder, 'users.db') });
  const orderRepository = await openOrderRepository({ kind: 'sqlite', path: join(folder, 'orders.db') });

  const jwks = options.jwks === undefined ? undefined : JSON.parse(readFileSync(options.jwks, 'utf8'));
  const shared = {
    interceptors: [logging(), unreadableRequests(), authentication(jwks), rateLimit(options.callsPerSecond)],
    credentials: credentialsOf(options.tls),
  };
  const users = await listen({
    ...shared,
    address: options.userAddress,
    services: [
      { name: 'user.v1.UserService', definition: userService, handlers: userHandlers(new UsersV1(userRepository)) },
      { name: 'user.v2.UserService', definition: userServiceV2, handlers: userV2Handlers(new UsersV2(userRepository)) },
    ],
    described: describedWith(file_user_v1_user, file_user_v2_user),
  });
  const orders = await listen({
    ...shared,
    address: options.orderAddress,
    services: [
      {
        name: 'order.v1.OrderService',
        definition: orderService,
        handlers: orderHandlers(new Orders(orderRepository), new Chat(orderRepository, new LocalRoomNotifications())),
      },
    ],
    described: describedWith(file_order_v1_order),
  });
  return {
    users,
    orders,
    async stop(graceMs) {
      await Promise.all([users.stop(graceMs), orders.stop(graceMs)]);
      await Promise.all([userRepository.close(), orderRepository.close()]);
    },
  };
}

function folderUntilExit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grpc-js-server-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  return folder;
}

function credentialsOf(tls: Options['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: readFileSync(tls.cert), private_key: readFileSync(tls.key) };
  return ServerCredentials.createSsl(null, [pair]);
}
