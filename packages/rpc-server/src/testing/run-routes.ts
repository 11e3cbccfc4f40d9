import { readEnvironment } from '../config/environment.ts';
import { serverConfig, serverSettings } from '../config/server-config.ts';
import { runService } from '../process/run-service.ts';
import { type ServeOptions, serve } from '../serve.ts';

/** Runs a program that serves routes without a store, and has the settings of a server. */
export async function runRoutes(name: string, routes: ServeOptions['routes']): Promise<void> {
  await runService({
    name,
    readConfig: (env) => ({ server: serverConfig(readEnvironment(serverSettings(0), env)) }),
    start: ({ server: config }, logger) => serve({ config, logger, routes }),
  });
}
