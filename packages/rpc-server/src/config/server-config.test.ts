import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { ConfigError, type Environment, readEnvironment } from './environment.ts';
import { serverConfig, serverSettings } from './server-config.ts';

/** Matches the start of a table row: ``| `NAME` | `default` |``, or the same without a default. */
const tableRow = /^\| `([A-Z_0-9]+)` \| (?:`([^`]*)` )?\|/gm;

const read = (env: Environment) => serverConfig(readEnvironment(serverSettings(9000), env));

describe('the reference of the configuration', () => {
  const documented = new Map(
    [
      ...readFileSync(join(import.meta.dirname, '../../../../docs/reference/configuration.md'), 'utf8').matchAll(
        tableRow,
      ),
    ].map(([, name, defaultValue]) => [name, defaultValue]),
  );

  it.each(Object.entries(serverSettings(9000)))('has %s and its default', (name, schema) => {
    const { data } = z.object({ value: schema }).safeParse({});
    const defaultValue = data?.value === undefined || Array.isArray(data.value) ? undefined : `${data.value}`;
    expect(documented.has(name)).toBe(true);
    expect(documented.get(name)).toBe(defaultValue);
  });
});

describe('the configuration of a server', () => {
  it.each([
    ['CORS_ORIGINS', 'https://*.example.org'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://example.org/'],
    ['CORS_HEADERS', 'x-a, x b'],
    ['SOCKET_MODE', '888'],
    ['SOCKET_MODE', '0660'],
    ['HOST', 'unix:'],
    ['HOST', `unix:/${'a'.repeat(107)}`],
    ['HOST', '127.0.0.1,::1'],
    ['HOST', 'localhost:9000'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'proxy.example.org'],
    ['TRUSTED_PROXIES', '::ffff:10.0.0.0/104'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`${name}=`);
  });

  it('accepts an IPv6 address in brackets', () => {
    expect(read({ HOST: '[::1]' }).host).toBe('::1');
  });

  it('gives each of several workers its share of memory and connections', () => {
    const limits = { MEMORY_BUDGET_BYTES: '400000000', MAX_CONNECTIONS: '1001', MAX_CONNECTIONS_PER_ADDRESS: '11' };
    expect(read({ ...limits, WORKERS: '2' })).toMatchObject({
      workers: 2,
      memoryBudgetBytes: 200_000_000,
      connectionMemoryBytes: 25_000_000,
      maxConnections: 501,
      maxConnectionsPerAddress: 6,
    });
    expect(read({ WORKERS: '0' }).workers).toBe(availableParallelism());
    expect(() => read({ WORKERS: '4', MEMORY_BUDGET_BYTES: '134217728' })).toThrow(
      'MAX_MESSAGE_BYTES=4194304: must be at most half of CONNECTION_MEMORY_BYTES, 4194304, which is by default an ' +
        'eighth of the share of each of 4 workers in MEMORY_BUDGET_BYTES, 33554432',
    );
  });

  it('refuses several workers for a store that has one process', () => {
    const values = readEnvironment(serverSettings(9000), { WORKERS: '2' });
    expect(() => serverConfig(values, 'one is enough')).toThrow('WORKERS=2: must be 1: one is enough');
    const one = readEnvironment(serverSettings(9000), {});
    expect(serverConfig(one, 'one is enough').workers).toBe(1);
  });

  it('has a default for every setting', () => {
    expect(read({})).toEqual({
      host: 'localhost',
      port: 9000,
      workers: 1,
      http2: 'own',
      logLevel: 'info',
      accessLog: 'all',
      logBufferBytes: 4 * 1024 * 1024,
      tls: undefined,
      auth: undefined,
      callsPerSecond: 200,
      callBurst: 400,
      messagesPerSecond: 10_000,
      trustedProxies: [],
      allowedHosts: [],
      corsOrigins: [],
      corsHeaders: [],
      socketMode: '600',
      maxMessageBytes: 4 * 1024 * 1024,
      memoryBudgetBytes: expect.any(Number),
      connectionMemoryBytes: expect.any(Number),
      maxMessageElements: 20_000,
      maxHeaderBytes: 32 * 1024,
      headersMs: 10_000,
      requestBodyMs: 30_000,
      messageGapMs: 300_000,
      defaultDeadlineMs: 30_000,
      maxDeadlineMs: 600_000,
      zeroWindowMs: 300_000,
      maxStreams: 250,
      maxConnections: expect.any(Number),
      maxConnectionsPerAddress: expect.any(Number),
      resetsPerSecond: 200,
      idleConnectionMs: 600_000,
      keepaliveMs: 60_000,
      keepaliveTimeoutMs: 20_000,
      connectionAgeMs: 1_800_000,
      connectionAgeGraceMs: 300_000,
      overloadDelayMs: 100,
      overloadMs: 1_000,
      loadReports: 'off',
      readinessMs: 5_000,
      shutdownNoticeMs: 0,
      drainMs: 20_000,
    });
  });

  it('is read from its variables, and ignores others', () => {
    const env = { HOST: '::', PORT: '0', DRAIN_MS: '5', MAX_MESSAGE_BYTES: '1024', LOG_LEVEL: 'debug', HOME: '/' };
    expect(read(env)).toMatchObject({ host: '::', port: 0, drainMs: 5, maxMessageBytes: 1024, logLevel: 'debug' });
  });

  it('hides a password in its errors', () => {
    const settings = {
      DATABASE_URL: z
        .string()
        .regex(/^sqlite:/)
        .describe('sqlite: and a path'),
      TOKEN: z.enum(['a']).meta({ description: 'a', isSecret: true }),
    };
    for (const password of ['secret', 's3/c@r?e#t', 'a\nb']) {
      expect(() =>
        readEnvironment(settings, { DATABASE_URL: `mysql://aoife:${password}@db/users`, TOKEN: 'b' }),
      ).toThrow(/^DATABASE_URL="mysql:\/\/…@db\/users": must be sqlite: and a path\nTOKEN=…: must be a$/);
    }
  });

  it('has a burst of twice the rate by default', () => {
    expect(read({ CALLS_PER_SECOND: '700' })).toMatchObject({ callsPerSecond: 700, callBurst: 1_400 });
    expect(() => read({ CALLS_PER_SECOND: '700', CALL_BURST: '699' })).toThrow('CALL_BURST=699: must be at least');
  });

  it('accepts networks, addresses and unix as trusted proxies', () => {
    const networks = ['10.0.0.0/8', '2001:0DB8::/32', '::1', 'unix'];
    expect(read({ TRUSTED_PROXIES: networks.join(', ') }).trustedProxies).toEqual(networks);
  });

  it('has memory for messages of the allowed size, or the error names the variables that contradict each other', () => {
    const mebi = 1024 * 1024;
    expect(read({ MEMORY_BUDGET_BYTES: `${64 * mebi}` })).toMatchObject({
      memoryBudgetBytes: 64 * mebi,
      connectionMemoryBytes: 8 * mebi,
      maxConnections: 512,
    });
    const budget = { MEMORY_BUDGET_BYTES: `${32 * mebi}` };
    expect(() => read({ ...budget })).toThrow(
      'MAX_MESSAGE_BYTES=4194304: must be at most half of CONNECTION_MEMORY_BYTES, 4194304, ' +
        'which is by default an eighth of MEMORY_BUDGET_BYTES, 33554432',
    );
    expect(() => read({ ...budget, CONNECTION_MEMORY_BYTES: `${9 * mebi}` })).toThrow(
      'CONNECTION_MEMORY_BYTES=9437184: must be at most a quarter of MEMORY_BUDGET_BYTES, 33554432',
    );
    expect(() => read({ ...budget, MAX_MESSAGE_BYTES: '1', MAX_CONNECTIONS: '513' })).toThrow(
      'MAX_CONNECTIONS=513: must be at most 512 with MEMORY_BUDGET_BYTES, 33554432',
    );
  });

  it('names the variable of a certificate file that is unusable', () => {
    const files = (cert: string) => read({ TLS_CERT: cert, TLS_KEY: cert }).tls;
    expect(files('/no/such/cert.pem')).toThrow('TLS_CERT="/no/such/cert.pem": cannot be read: ENOENT');
    expect(files(import.meta.filename)).toThrow(/^TLS_CERT=.*: is not a PEM file$/);
  });

  it.each([{ TLS_CERT: 'cert.pem' }, { TLS_KEY: 'key.pem' }, { TLS_CLIENT_CA: 'ca.pem' }])(
    'rejects %j alone',
    (env) => {
      expect(() => read(env)).toThrow('TLS_CERT and TLS_KEY: must both be set');
    },
  );

  it.each([
    [{ NODE_ENV: 'production' }, 'AUTH: must be set in production'],
    [{ AUTH_ISSUER: 'https://issuer.example.org' }, 'AUTH_JWKS, AUTH_ISSUER and AUTH_AUDIENCE: must all be set'],
    [{ AUTH: 'jwt' }, 'AUTH_JWKS, AUTH_ISSUER and AUTH_AUDIENCE: must all be set'],
    [{ AUTH_JWKS: 'keys.json' }, 'AUTH_JWKS, AUTH_ISSUER and AUTH_AUDIENCE: must all be set'],
    [{ AUTH_JWKS: 'https://' }, 'AUTH_JWKS="https://": must be the path of a JSON Web Key Set, or its'],
    [{ AUTH_JWKS: 'https://me@example.com/keys' }, 'AUTH_JWKS='],
    [{ CALL_BURST: '100' }, 'CALL_BURST=100: must be at least CALLS_PER_SECOND, 200'],
    [{ CORS_ORIGINS: 'https://example.org/page' }, 'CORS_ORIGINS="https://example.org/page": must be the origins'],
    [{ ALLOWED_HOSTS: 'localhost:9000' }, 'ALLOWED_HOSTS="localhost:9000": must be the host names'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS="*": must be the origins'],
  ])('rejects %j', (env: Environment, message) => {
    expect(() => read(env)).toThrow(message);
  });

  it('has authentication when AUTH_JWKS is set, unless AUTH=off', () => {
    const env = { AUTH_JWKS: 'keys.json', AUTH_ISSUER: 'https://issuer.example.org', AUTH_AUDIENCE: 'example' };
    const auth = { jwks: 'keys.json', issuer: 'https://issuer.example.org', audience: 'example', scopeClaim: 'scope' };
    expect(read(env).auth).toEqual(auth);
    expect(read({ ...env, NODE_ENV: 'production' }).auth).toEqual(auth);
    expect(read({ ...env, AUTH: 'off' }).auth).toBeUndefined();
    expect(read({ NODE_ENV: 'production', AUTH: 'off' }).auth).toBeUndefined();
  });

  it('has a shutdown notice of 5 s in production, unless it is set', () => {
    expect(read({ NODE_ENV: 'production', AUTH: 'off' }).shutdownNoticeMs).toBe(5_000);
    expect(read({ NODE_ENV: 'production', AUTH: 'off', SHUTDOWN_NOTICE_MS: '0' }).shutdownNoticeMs).toBe(0);
  });

  it('splits CORS_ORIGINS at commas', () => {
    const { corsOrigins } = read({ CORS_ORIGINS: 'https://example.org, http://localhost:5173,' });
    expect(corsOrigins).toEqual(['https://example.org', 'http://localhost:5173']);
  });

  it('has the default for an empty variable', () => {
    expect(read({ PORT: '' }).port).toBe(9000);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(read({}))).toBe(true);
  });

  it.each([
    { PORT: '65536' },
    { PORT: '-1' },
    { PORT: '90.5' },
    { PORT: 'http' },
    { DRAIN_MS: '3600001' },
    { MAX_STREAMS: '0' },
    { HEADERS_MS: '0' },
    { MAX_MESSAGE_BYTES: '0' },
    { LOG_LEVEL: 'loud' },
  ])('rejects %j', (env) => {
    expect(() => read(env)).toThrow(ConfigError);
  });

  it('has the value of a file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'port');
    onTestFinished(() => rmSync(join(file, '..'), { recursive: true }));
    expect(() => read({ PORT_FILE: file })).toThrow(`PORT_FILE: ${file} cannot be read`);
    writeFileSync(file, '8443\n');
    expect(read({ PORT_FILE: file }).port).toBe(8443);
    expect(() => read({ PORT_FILE: file, PORT: '1' })).toThrow('PORT and PORT_FILE: only one of them may be set');
  });

  it('has a health port that is not the port', () => {
    expect(read({ HEALTH_PORT: '9001' }).healthPort).toBe(9001);
    expect(() => read({ HEALTH_PORT: '9000' })).toThrow('must be another port than PORT');
  });

  it('names every invalid variable, and what its value must be', () => {
    expect(() => read({ PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(
      'PORT="http": must be a whole number from 0 to 65535: the port; 0 chooses a free one\n' +
        'LOG_LEVEL="loud": must be one of trace, debug, info, warn, error, fatal and silent',
    );
  });
});
