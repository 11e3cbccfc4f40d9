import { isTarget } from '@example/rpc-client/target';
import {
  ConfigError,
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import { isServerUrl } from '@example/service-kit';
import { type DatabaseUrl, databaseUrl, whyOneProcess } from '@example/storage';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import type { UsersConfig } from './users/remote-user-directory.ts';

export interface OrderServiceConfig {
  readonly server: ServerConfig;
  /** The database of the orders and their chat. */
  readonly database: DatabaseUrl;
  /** The NATS server that notifies readers of chats in other processes; undefined if there is only one process. */
  readonly natsUrl?: string | undefined;
  /** The service that stores the users. If it is undefined, ids of customers are not checked. */
  readonly users?: UsersConfig | undefined;
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
  USERS_TARGET: z
    .string()
    .refine(isTarget)
    .optional()
    .meta({ description: 'the target of UserService: dns:///HOST:PORT, HOST:PORT, ipv4:ADDRESS:PORT,… or unix:PATH' }),
  USERS_CA: z.string().optional().meta({ description: 'the path of the CA certificates of UserService, PEM' }),
};

/** @throws {ConfigError} with every invalid variable */
export function readConfig(env: Environment): OrderServiceConfig {
  const values = readEnvironment(settings, env);
  const { usersTarget, usersCa } = values;
  if (usersCa !== undefined && usersTarget === undefined) {
    throw new ConfigError(`USERS_CA=${JSON.stringify(usersCa)}: set USERS_TARGET as well`);
  }
  return Object.freeze({
    server: serverConfig(values, whyOneProcess(values.databaseUrl)),
    database: values.databaseUrl,
    natsUrl: values.natsUrl,
    users: usersTarget === undefined ? undefined : { target: usersTarget, ca: usersCa },
  });
}
