import { type Logger, pino } from 'pino';
import { readEnvironment } from '../config/environment.ts';
import { type ServerConfig, serverConfig, serverSettings } from '../config/server-config.ts';

/**
 * The environment of servers in tests. No test reaches its limits of rates and load. HTTP2=node runs the tests on
 * node:http2.
 */
export const testEnvironment = {
  HTTP2: process.env['HTTP2'],
  CALLS_PER_SECOND: '1000000',
  CALL_BURST: '1000000',
  OVERLOAD_DELAY_MS: '60000',
};

/** The configuration of a server that listens on a free loopback port and logs nothing. */
export const testConfig: ServerConfig = serverConfig(
  readEnvironment(serverSettings(0), {
    DRAIN_MS: '1000',
    LOG_LEVEL: 'silent',
    ...testEnvironment,
  }),
);

export const silentLogger: Logger = pino({ level: 'silent' });
