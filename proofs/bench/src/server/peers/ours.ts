import { readEnvironment, runService, serve, serverConfig, serverSettings } from '@example/rpc-server';
import { routes } from './connect-routes.ts';
import { announce } from './process.ts';

await runService({
  name: 'bench',
  readConfig: (env) => ({ server: serverConfig(readEnvironment(serverSettings(0), env)) }),
  async start({ server: config }, logger) {
    const server = await serve({
      config,
      logger,
      routes,
      scopes: { 'user.v1.UserService.GetUser': 'users.read' },
    });
    announce(server.url);
    return server;
  },
});
