import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { databaseUrl } from '@example/storage';

export interface OrderServiceConfig {
  readonly server: ServerConfig;
  /** The SQLite file that holds the orders and their chat. */
  readonly databasePath: string;
}

const settings = { ...serverSettings(50051), DATABASE_URL: databaseUrl('sqlite:.data/order-service.db') };

/** @throws {ConfigError} that names every variable at fault */
export function readConfig(env: Environment): OrderServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({ server: serverConfig(values), databasePath: values.databaseUrl });
}
