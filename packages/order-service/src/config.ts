import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { type DatabaseUrl, databaseUrl } from '@example/storage';
import { z } from 'zod';

export interface OrderServiceConfig {
  readonly server: ServerConfig;
  /** Where the orders and their chat are kept. */
  readonly database: DatabaseUrl;
  /** Where the NATS server is that wakes readers of chats in other processes; undefined when there are none. */
  readonly natsUrl?: string | undefined;
}

const settings = {
  ...serverSettings(50051),
  DATABASE_URL: databaseUrl('sqlite:.data/order-service.db'),
  NATS_URL: z
    .string()
    .refine((url) => /^(?:nats|tls):\/\//.test(url) && URL.canParse(url))
    .optional()
    .describe('nats:// or tls://, USER:PASSWORD@ if need be, and where a NATS server is'),
};

/** @throws {ConfigError} that names every variable at fault */
export function readConfig(env: Environment): OrderServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({ server: serverConfig(values), database: values.databaseUrl, natsUrl: values.natsUrl });
}
