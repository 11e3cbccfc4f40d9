import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { isServerUrl } from '@example/service-kit';
import { type DatabaseUrl, databaseUrl } from '@example/storage';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };

export interface OrderServiceConfig {
  readonly server: ServerConfig;
  /** The database of the orders and their chat. */
  readonly database: DatabaseUrl;
  /** The NATS server that notifies readers of chats in other processes; undefined if there is only one process. */
  readonly natsUrl?: string | undefined;
}

const settings = {
  ...serverSettings(manifest.service.port),
  DATABASE_URL: databaseUrl('sqlite:.data/order-service.db'),
  NATS_URL: z
    .string()
    .refine((url) => isServerUrl(url, ['nats', 'tls']))
    .optional()
    .meta({
      description:
        'nats://HOST:PORT or tls://HOST:PORT, with USER:PASSWORD@ or TOKEN@ before HOST if the server requires it, and ' +
        '/ ? # @ % of these percent-encoded',
      isSecret: true,
    }),
};

/** @throws {ConfigError} with every invalid variable */
export function readConfig(env: Environment): OrderServiceConfig {
  const values = readEnvironment(settings, env);
  return Object.freeze({ server: serverConfig(values), database: values.databaseUrl, natsUrl: values.natsUrl });
}
