import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readEnvironment, serverConfig, serverSettings } from './config.ts';

const read = (env: Environment) => serverConfig(readEnvironment(serverSettings(9000), env));

describe('serverConfig', () => {
  it('has a default for everything', () => {
    expect(read({})).toEqual({
      host: 'localhost',
      port: 9000,
      drainMs: 20_000,
      maxMessageBytes: 4_194_304,
      logLevel: 'info',
    });
  });

  it('reads each variable, and ignores those of others', () => {
    const env = { HOST: '::', PORT: '0', DRAIN_MS: '5', MAX_MESSAGE_BYTES: '1024', LOG_LEVEL: 'debug', HOME: '/' };
    expect(read(env)).toEqual({ host: '::', port: 0, drainMs: 5, maxMessageBytes: 1024, logLevel: 'debug' });
  });

  it('takes an empty variable as not set', () => {
    expect(read({ PORT: '' }).port).toBe(9000);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(read({}))).toBe(true);
  });

  it.each([
    { PORT: '65536' },
    { PORT: '-1' },
    { PORT: '90.5' },
    { PORT: 'http' },
    { DRAIN_MS: '600001' },
    { MAX_MESSAGE_BYTES: '0' },
    { LOG_LEVEL: 'loud' },
  ])('refuses %j', (env) => {
    expect(() => read(env)).toThrow(ConfigError);
  });

  it('says of every variable at fault what it must be', () => {
    expect(() => read({ PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(
      'PORT="http": must be a port from 0 to 65535; 0 takes any free one\n' +
        'LOG_LEVEL="loud": must be one of trace, debug, info, warn, error, fatal and silent',
    );
  });
});
