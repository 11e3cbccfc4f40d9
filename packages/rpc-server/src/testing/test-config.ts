import { type Logger, pino } from 'pino';
import { readEnvironment } from '../config/environment.ts';
import { type ServerConfig, serverConfig, serverSettings } from '../config/server-config.ts';

/**
 * The environment of servers in tests, with limits of rates and load that no test reaches. HTTP2=node runs the tests on
 * node:http2.
 */
export const testEnvironment = {
  HTTP2: process.env['HTTP2'],
  CALLS_PER_SECOND: '1000000',
  CALL_BURST: '1000000',
  OVERLOAD_DELAY_MS: '60000',
};

/** The configuration of a server on a free loopback port that logs nothing. */
export const testConfig: ServerConfig = serverConfig(
  readEnvironment(serverSettings(0), {
    DRAIN_MS: '1000',
    LOG_LEVEL: 'silent',
    ...testEnvironment,
  }),
);

export const silentLogger: Logger = pino({ level: 'silent' });
