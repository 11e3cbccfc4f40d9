// A UserService that returns the name of its process, BACKEND, in its users. After SIGUSR2, each call takes SLOW_MS.
import { setTimeout } from 'node:timers/promises';
import { UserService } from '@example/protos/user/v1';
import { readEnvironment, runService, serve, serverConfig, serverSettings } from '@example/rpc-server';

let delayMs = 0;
process.on('SIGUSR2', () => {
  delayMs = Number(process.env['SLOW_MS']);
});

await runService({
  name: 'backend',
  readConfig: (env) => ({ server: serverConfig(readEnvironment(serverSettings(0), env)) }),
  start: ({ server: config }, logger) =>
    serve({
      config,
      logger,
      routes: (router) =>
        router.service(UserService, {
          async getUser({ id }) {
            if (delayMs > 0) await setTimeout(delayMs);
            return { id, name: process.env['BACKEND'] ?? '' };
          },
        }),
    }),
});
