import { type Logger, type RunningServer, serve } from '@example/rpc-server';
import type { OrderServiceConfig } from './config.ts';
import { Chat } from './domain/chat.ts';
import { Orders } from './domain/orders.ts';
import { orderRoutes, orderScopes } from './order-routes.ts';
import { openOrderRepository } from './store/open-order-repository.ts';
import { LocalRoomWakeups } from './wakeups/local-room-wakeups.ts';
import { NatsRoomWakeups } from './wakeups/nats-room-wakeups.ts';

/** Opens the store and serves OrderService from it until the server is closed. */
export async function startOrderService(config: OrderServiceConfig, logger: Logger): Promise<RunningServer> {
  const repository = await openOrderRepository(config.database);
  const wakeups = config.natsUrl === undefined ? new LocalRoomWakeups() : new NatsRoomWakeups(config.natsUrl, logger);
  const close = async () => {
    await wakeups.close();
    await repository.close();
  };
  try {
    return await serve({
      config: config.server,
      logger,
      scopes: orderScopes,
      routes: orderRoutes(new Orders(repository), new Chat(repository, wakeups)),
      isReady: async () => (await repository.lastSequence('')) === undefined,
      onClosed: close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}
