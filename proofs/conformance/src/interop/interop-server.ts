// The server that grpc-go's interop client calls, configured by the environment as every server of ours is.
import { runService, serve } from '@example/rpc-server';
import { suiteServerConfig } from '../server-settings.ts';
import { interopRoutes } from './interop-routes.ts';

await runService({
  name: 'interop-server',
  readConfig: (env) => ({ server: suiteServerConfig(env) }),
  start: ({ server: config }, logger) => serve({ config, logger, routes: interopRoutes }),
});
