// The server that h2spec calls, configured by the environment as every server of ours is.
import { runService, serve } from '@example/rpc-server';
import { conformanceRoutes } from '../conformance/conformance-routes.ts';
import { suiteServerConfig } from '../server-settings.ts';

await runService({
  name: 'h2spec-server',
  readConfig: (env) => ({ server: suiteServerConfig(env) }),
  start: ({ server: config }, logger) => serve({ config, logger, routes: conformanceRoutes }),
});
