// UserService without a store, so that it may have workers. Started by its path.
import { setTimeout } from 'node:timers/promises';
import { UserService } from '@example/protos/user/v1';
import { readEnvironment, runService, serve, serverConfig, serverSettings } from '@example/rpc-server';

/** How long a call takes, in milliseconds: long enough that a worker always has some. */
const callMs = 20;

await runService({
  name: 'workers',
  readConfig: (env) => ({ server: serverConfig(readEnvironment(serverSettings(0), env)) }),
  start: ({ server: config }, logger) =>
    serve({
      config,
      logger,
      routes: (router) =>
        router.service(UserService, {
          /** The email of the user is the id of this process. */
          async getUser({ id }) {
            await setTimeout(callMs);
            return { id, name: 'Aoife', email: `${process.pid}` };
          },
        }),
    }),
});
