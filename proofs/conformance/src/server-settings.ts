import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';

/** The default deadline of calls, in milliseconds: far beyond every deadline that a suite sets. */
export const defaultDeadlineMs = 24 * 60 * 60 * 1_000;

/**
 * The configuration of a server on a free loopback port, for one suite at a time. It has no rate limit, because the
 * suite counts as one caller, and no deadline that a suite could reach. The suites do not reach the other limits.
 *
 * @param env variables that override the configuration
 * @throws {ConfigError} for an invalid value
 */
export function suiteServerConfig(env: Environment): ServerConfig {
  return serverConfig(
    readEnvironment(serverSettings(0), {
      HOST: '127.0.0.1',
      AUTH: 'off',
      CALLS_PER_SECOND: '1000000',
      CALL_BURST: '1000000',
      OVERLOAD_DELAY_MS: '60000',
      DEFAULT_DEADLINE_MS: `${defaultDeadlineMs}`,
      MAX_DEADLINE_MS: `${defaultDeadlineMs}`,
      ...env,
    }),
  );
}
