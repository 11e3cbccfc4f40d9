// The server that grpc-go's interop client calls. Its settings come from the environment.
import { runService, serve } from '@example/rpc-server';
import { suiteServerConfig } from '../server-settings.ts';
import { testServiceRoutes } from './test-service.ts';

await runService({
  name: 'test-server',
  readConfig: (env) => ({ server: suiteServerConfig(env) }),
  start: ({ server: config }, logger) => serve({ config, logger, routes: testServiceRoutes }),
});
