import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { type DatabaseUrl, databaseUrl } from '@example/storage';

export interface UserServiceConfig {
  readonly server: ServerConfig;
  /** The database of the users. */
  readonly database: DatabaseUrl;
}

const settings = { ...serverSettings(9000), DATABASE_URL: databaseUrl('sqlite:.data/user-service.db') };

/** @throws {ConfigError} with every invalid variable */
export function readConfig(env: Environment): UserServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({ server: serverConfig(values), database: values.databaseUrl });
}
