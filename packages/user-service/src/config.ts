import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { databaseUrl } from '@example/storage';

export interface UserServiceConfig {
  readonly server: ServerConfig;
  /** The SQLite file that holds the users. */
  readonly databasePath: string;
}

const settings = { ...serverSettings(9000), DATABASE_URL: databaseUrl('sqlite:.data/user-service.db') };

/** @throws {ConfigError} that names every variable at fault */
export function readConfig(env: Environment): UserServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({ server: serverConfig(values), databasePath: values.databaseUrl });
}
