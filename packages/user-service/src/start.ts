import { type Logger, type RunningServer, serve } from '@example/rpc-server';
import { describeDatabase } from '@example/storage';
import type { UserServiceConfig } from './config.ts';
import { UsersV1 } from './domain/users-v1.ts';
import { UsersV2 } from './domain/users-v2.ts';
import { openUserRepository } from './store/open-user-repository.ts';
import { userV1Routes, userV1Scopes } from './user-v1-routes.ts';
import { userV2Routes, userV2Scopes } from './user-v2-routes.ts';

/** Opens the store and serves every version of UserService. Closing the server closes the store. */
export async function startUserService(config: UserServiceConfig, logger: Logger): Promise<RunningServer> {
  const repository = await openUserRepository(config.database);
  logger.info(`the store is ${describeDatabase(config.database)}`);
  try {
    return await serve({
      config: config.server,
      logger,
      scopes: { ...userV1Scopes, ...userV2Scopes },
      routes: (router) => {
        userV1Routes(new UsersV1(repository))(router);
        userV2Routes(new UsersV2(repository))(router);
      },
      isReady: () => repository.checkReady().then(() => true),
      onClosed: () => repository.close(),
    });
  } catch (error) {
    await repository.close();
    throw error;
  }
}
