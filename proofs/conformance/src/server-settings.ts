import {
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';

/** The deadline that a server of ours gives a call whose client sets none, in milliseconds: far beyond what any suite sets. */
export const unaskedDeadlineMs = 24 * 60 * 60 * 1_000;

/**
 * A server on a free loopback port for one suite at a time: without a rate limit, which would count its client as one
 * caller, and without deadlines of its own as far as that goes. The limits that no suite comes near stay as they are.
 *
 * @param env variables that come before these, such as ENGINE
 * @throws {ConfigError} for a value that is not one
 */
export function suiteServerConfig(env: Environment): ServerConfig {
  return serverConfig(
    readEnvironment(serverSettings(0), {
      HOST: '127.0.0.1',
      AUTH: 'off',
      CALLS_PER_SECOND: '1000000',
      CALL_BURST: '1000000',
      DEFAULT_DEADLINE_MS: `${unaskedDeadlineMs}`,
      MAX_DEADLINE_MS: `${unaskedDeadlineMs}`,
      ...env,
    }),
  );
}
