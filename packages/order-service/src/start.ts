import { type Logger, type RunningServer, serve } from '@example/rpc-server';
import type { OrderServiceConfig } from './config.ts';
import { Chat } from './domain/chat.ts';
import { Orders } from './domain/orders.ts';
import { RoomWakeups } from './domain/room-wakeups.ts';
import { orderRoutes, orderScopes } from './order-routes.ts';
import { SqliteOrderRepository } from './store/sqlite-order-repository.ts';

/** Opens the store and serves OrderService from it until the server is closed. */
export async function startOrderService(config: OrderServiceConfig, logger: Logger): Promise<RunningServer> {
  const repository = await SqliteOrderRepository.open(config.databasePath);
  try {
    return await serve({
      config: config.server,
      logger,
      scopes: orderScopes,
      routes: orderRoutes(new Orders(repository), new Chat(repository, new RoomWakeups())),
      isReady: async () => (await repository.lastSequence('')) === undefined,
      onClosed: () => repository.close(),
    });
  } catch (error) {
    await repository.close();
    throw error;
  }
}
