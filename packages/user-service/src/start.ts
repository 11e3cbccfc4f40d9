import { type Logger, type RunningServer, serve } from '@example/rpc-server';
import type { UserServiceConfig } from './config.ts';
import { Users } from './domain/users.ts';
import { openUserRepository } from './store/open-user-repository.ts';
import { userRoutes, userScopes } from './user-routes.ts';

/** Opens the store and serves UserService from it until the server is closed. */
export async function startUserService(config: UserServiceConfig, logger: Logger): Promise<RunningServer> {
  const repository = await openUserRepository(config.database);
  try {
    return await serve({
      config: config.server,
      logger,
      scopes: userScopes,
      routes: userRoutes(new Users(repository)),
      isReady: async () => (await repository.listAfter(0n, 1)) !== undefined,
      onClosed: () => repository.close(),
    });
  } catch (error) {
    await repository.close();
    throw error;
  }
}
