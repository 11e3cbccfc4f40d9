import { type Logger, type RunningServer, serve } from '@example/rpc-server';
import { describeDatabase } from '@example/storage';
import type { OrderServiceConfig } from './config.ts';
import { Chat } from './domain/chat.ts';
import { Orders } from './domain/orders.ts';
import { LocalRoomNotifications } from './notifications/local-room-notifications.ts';
import { NatsRoomNotifications } from './notifications/nats-room-notifications.ts';
import { orderRoutes, orderScopes } from './order-routes.ts';
import { openOrderRepository } from './store/open-order-repository.ts';
import type { RemoteUserDirectory, UsersConfig } from './users/remote-user-directory.ts';

/** Opens the store and serves order.v1.OrderService. Closing the server closes the store. */
export async function startOrderService(config: OrderServiceConfig, logger: Logger): Promise<RunningServer> {
  const repository = await openOrderRepository(config.database);
  const notifications =
    config.natsUrl === undefined ? new LocalRoomNotifications() : new NatsRoomNotifications(config.natsUrl, logger);
  const users = config.users && (await openUserDirectory(config.users));
  const close = async () => {
    users?.close();
    await notifications.close();
    await repository.close();
  };
  logger.info(`the store is ${describeDatabase(config.database)}`);
  try {
    return await serve({
      config: config.server,
      logger,
      scopes: orderScopes,
      routes: orderRoutes(new Orders(repository, users), new Chat(repository, notifications)),
      isReady: () => repository.checkReady().then(() => true),
      onClosed: close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Imports the client only if the setting is used. */
async function openUserDirectory(config: UsersConfig): Promise<RemoteUserDirectory> {
  const { RemoteUserDirectory } = await import('./users/remote-user-directory.ts');
  return new RemoteUserDirectory(config);
}
