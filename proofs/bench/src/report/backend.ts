// A UserService that returns the name of its process, BACKEND, in its users. After SIGUSR2, each call takes SLOW_MS.
import { setTimeout } from 'node:timers/promises';
import { UserService } from '@example/protos/user/v1';
import { runRoutes } from '@example/rpc-server/testing';

let delayMs = 0;
process.on('SIGUSR2', () => {
  delayMs = Number(process.env['SLOW_MS']);
});

await runRoutes('backend', (router) =>
  router.service(UserService, {
    async getUser({ id }) {
      if (delayMs > 0) await setTimeout(delayMs);
      return { id, name: process.env['BACKEND'] ?? '' };
    },
  }),
);
