// A service that needs no store, with workers. Started by its path.
import { readEnvironment, runService, serve, serverConfig, serverSettings } from '@example/rpc-server';
import { routes } from '../server/peers/connect-routes.ts';

await runService({
  name: 'bench',
  readConfig: (env) => ({ server: serverConfig(readEnvironment(serverSettings(0), env)) }),
  start: ({ server: config }, logger) => serve({ config, logger, routes }),
});
