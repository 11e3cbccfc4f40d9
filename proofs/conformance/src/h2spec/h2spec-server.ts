// The server that h2spec calls. Its settings come from the environment.
import { runService, serve } from '@example/rpc-server';
import { conformanceRoutes } from '../connect-suite/conformance-service.ts';
import { suiteServerConfig } from '../server-settings.ts';

await runService({
  name: 'h2spec-server',
  readConfig: (env) => ({ server: suiteServerConfig(env) }),
  start: ({ server: config }, logger) => serve({ config, logger, routes: conformanceRoutes }),
});
