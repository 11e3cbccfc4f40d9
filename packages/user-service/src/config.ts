import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { type DatabaseUrl, databaseUrl, whyOneProcess } from '@example/storage';
import manifest from '../package.json' with { type: 'json' };

export interface UserServiceConfig {
  readonly server: ServerConfig;
  /** The database of the users. */
  readonly database: DatabaseUrl;
}

const settings = {
  ...serverSettings(manifest.service.port),
  DATABASE_URL: databaseUrl('sqlite:.data/user-service.db'),
};

/** @throws {ConfigError} with every invalid variable */
export function readConfig(env: Environment): UserServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({
    server: serverConfig(values, whyOneProcess(values.databaseUrl)),
    database: values.databaseUrl,
  });
}
