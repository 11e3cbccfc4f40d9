import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { isNetwork } from '../address/trusted-proxies.ts';
import { ConfigError, type Values } from './environment.ts';
import { memoryConfig } from './memory-config.ts';
import { readTls, type Tls } from './tls-files.ts';
import type { WorkerPart } from './worker-part.ts';

/**
 * A setting is a schema. Its description completes "must be …" in error messages and in
 * docs/reference/configuration.md.
 */
const setting = <S extends z.ZodType>(schema: S, description: string) => schema.describe(description);

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

const whole = (min: number, max: number, defaultValue: number, what: string) =>
  setting(wholeNumber(min, max).default(defaultValue), `a whole number from ${min} to ${max}: ${what}`);

const mebi = 1024 * 1024;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const milliseconds = (defaultValue: number, what: string) => whole(1, 24 * hour, defaultValue, `milliseconds ${what}`);

/** Words separated by commas. */
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((word) => word.trim()))
  .transform((words) => words.filter((word) => word !== ''));

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/** `fetch` accepts no URL with a user name. */
function isPlainUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && `${url.username}${url.password}` === '';
}

/** The longest path that fits into the address of a socket (`sun_path` of unix(7)), in bytes. */
const maxSocketPathBytes = 107;

function isHost(text: string): boolean {
  if (!text.startsWith('unix:')) return isIP(text) !== 0 || /^[\w.-]+$/.test(text);
  const bytes = Buffer.byteLength(text) - 'unix:'.length;
  return bytes > 0 && bytes <= maxSocketPathBytes;
}

const path = (what: string) => setting(z.string().optional(), `the path of a PEM file with ${what}`);

/**
 * The environment variables of all our servers. Every limit is always on.
 *
 * @param defaultPort the port when PORT is not set
 */
export const serverSettings = (defaultPort: number) => ({
  HOST: setting(
    z
      .string()
      .default('localhost')
      .transform((host) => host.replace(/^\[(.*)\]$/, '$1'))
      .refine(isHost),
    'one host name or address to listen on, without a port, or unix:PATH with at most 107 bytes; localhost is both \
loopback addresses, :: is every address',
  ),
  SOCKET_MODE: setting(
    z
      .string()
      .regex(/^[0-7]{3}$/)
      .default('600'),
    'the permissions of the socket at unix:PATH in octal, such as 660 to let a group connect',
  ),
  PORT: whole(0, 65_535, defaultPort, 'the port; 0 chooses a free one'),
  HEALTH_PORT: setting(
    wholeNumber(0, 65_535).optional(),
    'a whole number from 0 to 65535: a port that serves only health, without TLS; 0 chooses a free one; by default none',
  ),
  WORKERS: whole(0, 1_024, 1, 'processes that serve, on a store that several may share; 0: one for each core'),
  HTTP2: setting(z.enum(['own', 'node']).default('own'), 'own (@example/http2) or node (node:http2, slower)'),
  LOG_LEVEL: setting(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'one of trace, debug, info, warn, error, fatal and silent',
  ),
  ACCESS_LOG: setting(
    z.enum(['all', 'no-health', 'off']).default('all'),
    'all, no-health (all calls except successful health checks) or off',
  ),
  LOG_BUFFER_BYTES: whole(
    64 * 1024,
    1024 * 1024 * 1024,
    4 * 1024 * 1024,
    'bytes of log lines that are kept while standard output is not read',
  ),

  TLS_CERT: path('the certificate of the server and the chain below its root; needs TLS_KEY'),
  TLS_KEY: path('the private key of TLS_CERT'),
  TLS_CLIENT_CA: path(
    'the CA certificates that must have issued the certificates of clients; then every client needs a certificate',
  ),

  MAX_MESSAGE_BYTES: whole(1, 0xffff_ffff, 4 * 1024 * 1024, 'bytes of a message, before and after decompression'),
  MEMORY_BUDGET_BYTES: setting(
    wholeNumber(mebi, mebi ** 2).optional(),
    `a whole number from ${mebi} to ${mebi ** 2}: bytes that clients can make the server hold; by default half of the heap of Node.js, at most a quarter of the memory of a container`,
  ),
  CONNECTION_MEMORY_BYTES: setting(
    wholeNumber(mebi / 4, mebi ** 2).optional(),
    `a whole number from ${mebi / 4} to ${mebi ** 2}: bytes that the calls of one connection can hold, at most a quarter of MEMORY_BUDGET_BYTES; by default an eighth`,
  ),
  MAX_MESSAGE_ELEMENTS: whole(1, 0xffff_ffff, 20_000, 'fields and items of lists of a message, at all levels'),
  MAX_HEADER_BYTES: whole(1_024, 1024 * 1024, 32 * 1024, 'bytes of the header fields of a request'),
  HEADERS_MS: milliseconds(10 * second, 'until a new connection has sent the header fields of a request'),
  REQUEST_BODY_MS: milliseconds(30 * second, 'for the whole request of a unary or server-streaming call to arrive'),
  MESSAGE_GAP_MS: milliseconds(5 * minute, 'between two messages of a client-streaming or bidirectional call'),
  DEFAULT_DEADLINE_MS: milliseconds(
    30 * second,
    'a unary or server-streaming call may take when its client sets no deadline',
  ),
  MAX_DEADLINE_MS: milliseconds(
    10 * minute,
    'a unary or server-streaming call may take, whatever timeout its client sends',
  ),
  ZERO_WINDOW_MS: milliseconds(5 * minute, 'an HTTP/2 client may keep the window of a waiting response closed'),
  MAX_STREAMS: whole(1, 1_000_000, 250, 'concurrent calls on one HTTP/2 connection'),
  MAX_CONNECTIONS: setting(
    wholeNumber(1, 1_000_000).optional(),
    'a whole number from 1 to 1000000: concurrent connections; by default 10000, or as many as a quarter of MEMORY_BUDGET_BYTES allows',
  ),
  MAX_CONNECTIONS_PER_ADDRESS: setting(
    wholeNumber(1, 1_000_000).optional(),
    'a whole number from 1 to 1000000: concurrent connections from one address; by default half of MAX_CONNECTIONS',
  ),
  RESETS_PER_SECOND: whole(1, 1_000_000, 200, 'calls per second that a client may cancel on one HTTP/2 connection'),
  IDLE_CONNECTION_MS: milliseconds(10 * minute, 'a connection may stay open without a call'),
  KEEPALIVE_MS: milliseconds(minute, 'between two keepalive pings on an HTTP/2 connection'),
  KEEPALIVE_TIMEOUT_MS: milliseconds(20 * second, 'for the response to a keepalive ping'),
  CONNECTION_AGE_MS: milliseconds(30 * minute, 'after which a connection takes no new calls'),
  CONNECTION_AGE_GRACE_MS: milliseconds(5 * minute, 'for the calls on a connection that has reached that age'),
  CALLS_PER_SECOND: whole(1, 1_000_000, 200, 'calls per second of one caller'),
  CALL_BURST: setting(
    wholeNumber(1, 2_000_000).optional(),
    'a whole number from CALLS_PER_SECOND to 2000000: calls of one caller in one second, once a minute; by default twice CALLS_PER_SECOND',
  ),
  MESSAGES_PER_SECOND: setting(
    wholeNumber(1, 50_000_000).optional(),
    'a whole number from 1 to 50000000: messages per second that one caller may stream; by default 50 times CALLS_PER_SECOND',
  ),
  TRUSTED_PROXIES: setting(
    list.refine((networks) => networks.every(isNetwork)),
    'addresses, networks such as 10.0.0.0/8, or unix, separated by commas: the proxies that send the addresses of their clients',
  ),

  OVERLOAD_DELAY_MS: whole(10, minute, 100, 'milliseconds that a turn of the event loop may take'),
  OVERLOAD_MS: milliseconds(second, 'in which every turn takes longer than that, before new calls are refused'),

  LOAD_REPORTS: setting(
    z.enum(['off', 'trailers']).default('off'),
    'off or trailers (the load of the process in the trailers of gRPC calls, for clients that balance by it)',
  ),

  ALLOWED_HOSTS: setting(
    list.refine((hosts) => hosts.every((host) => /^([\w.-]+|\[[\da-f:.]+\])$/i.test(host))),
    'the host names that requests may name, such as localhost or [::1], separated by commas; without ports',
  ),
  CORS_ORIGINS: setting(
    list.refine((origins) => origins.every((origin) => isOrigin(origin) && !origin.includes('*'))),
    'the origins whose web pages may call, such as https://example.org, separated by commas; without patterns',
  ),
  CORS_HEADERS: setting(
    list.refine((names) => names.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name))),
    'the names of further header fields that those pages may send, separated by commas',
  ),

  AUTH: setting(
    z.enum(['jwt', 'off']).optional(),
    'jwt or off; when it is not set, jwt if AUTH_JWKS, AUTH_ISSUER or AUTH_AUDIENCE is set. In production it must be set explicitly, even to off',
  ),
  AUTH_JWKS: setting(
    z
      .string()
      .refine((value) => !/^https?:/i.test(value) || isPlainUrl(value))
      .optional(),
    'the path of a JSON Web Key Set, or its http or https URL without a user name',
  ),
  AUTH_ISSUER: setting(z.string().optional(), 'the required issuer (iss) of tokens'),
  AUTH_AUDIENCE: setting(z.string().optional(), 'the required audience (aud) of tokens'),
  AUTH_SCOPE_CLAIM: setting(
    z.string().default('scope'),
    'the claim with the scopes of a token, such as scope, scp or permissions',
  ),
  NODE_ENV: setting(z.string().optional(), 'production, or any other text'),

  READINESS_MS: milliseconds(5 * second, 'between two readiness checks of the store'),
  SHUTDOWN_NOTICE_MS: setting(
    z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number)
      .optional(),
    'milliseconds from 0 to 999999 in which new calls are still accepted after health is NOT_SERVING; by default 5000 in production, else 0',
  ),
  DRAIN_MS: whole(0, hour, 20 * second, 'milliseconds that calls may take to end after SIGINT or SIGTERM'),
});

type ServerValues = Values<ReturnType<typeof serverSettings>>;

/** The default of SHUTDOWN_NOTICE_MS in production: long enough for a load balancer that probes every few seconds. */
const productionNoticeMs = 5 * second;

/** Variables that are combined into one setting. */
type Parts =
  | `tls${string}`
  | `auth${string}`
  | 'nodeEnv'
  | 'shutdownNoticeMs'
  | 'callBurst'
  | 'messagesPerSecond'
  | 'maxConnectionsPerAddress'
  | keyof Memory;

type Memory = ReturnType<typeof memoryConfig>;

/** The tokens that a server accepts. */
export interface AuthConfig {
  /** A JSON Web Key Set (RFC 7517): the path of a file, or an http or https URL. */
  readonly jwks: string;
  /** The required `iss`. */
  readonly issuer: string;
  /** The required value of `aud`, or one of its values. */
  readonly audience: string;
  /** The claim that contains the scopes: a list, or a text with spaces between them. */
  readonly scopeClaim: string;
}

/** The values of `serverSettings`, whose descriptions have their bounds, units and defaults. */
export interface ServerConfig extends Omit<ServerValues, Extract<keyof ServerValues, Parts>>, Memory {
  /** Reads the certificates, at the start and whenever they may have changed; undefined without TLS. */
  readonly tls?: (() => Tls) | undefined;
  /** The settings of authentication; undefined without it. */
  readonly auth?: AuthConfig | undefined;
  readonly shutdownNoticeMs: number;
  readonly callBurst: number;
  readonly messagesPerSecond: number;
  readonly maxConnectionsPerAddress: number;
  /** Set in a worker. The limits of memory and connections are then the share of this worker. */
  readonly worker?: WorkerPart | undefined;
}

/**
 * The server's part of the values that `readEnvironment` has returned for `serverSettings`.
 *
 * @param onlyProcess the reason why the service cannot have several workers; undefined if it can
 * @throws {ConfigError} for inconsistent values
 */
export function serverConfig(values: ServerValues, onlyProcess?: string): ServerConfig {
  const { tlsCert, tlsKey, tlsClientCa, auth, authJwks, authIssuer, authAudience, authScopeClaim, nodeEnv, ...rest } =
    values;
  const shutdownNoticeMs = values.shutdownNoticeMs ?? (nodeEnv === 'production' ? productionNoticeMs : 0);
  const { callsPerSecond, callBurst = 2 * callsPerSecond } = values;
  const { messagesPerSecond = 50 * callsPerSecond } = values;
  if (callBurst < callsPerSecond) {
    throw new ConfigError(`CALL_BURST=${callBurst}: must be at least CALLS_PER_SECOND, ${callsPerSecond}`);
  }
  if (values.healthPort === values.port && values.port !== 0) {
    throw new ConfigError(`HEALTH_PORT=${values.healthPort}: must be another port than PORT`);
  }
  const workers = values.workers === 0 ? availableParallelism() : values.workers;
  if (workers > 1 && onlyProcess !== undefined) {
    throw new ConfigError(`WORKERS=${values.workers}: must be 1: ${onlyProcess}`);
  }
  const memory = memoryConfig(values, workers);
  const { maxConnectionsPerAddress: perAddress } = values;
  const maxConnectionsPerAddress = Math.ceil(
    perAddress === undefined ? memory.maxConnections / 2 : perAddress / workers,
  );
  const limits = { workers, callBurst, messagesPerSecond, maxConnectionsPerAddress };
  const parts = { shutdownNoticeMs, tls: tlsFiles(values), auth: authConfig(values) };
  return Object.freeze({ ...rest, ...memory, ...limits, ...parts });
}

function tlsFiles({ tlsCert: cert, tlsKey: key, tlsClientCa: clientCa }: ServerValues): ServerConfig['tls'] {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new ConfigError('TLS_CERT and TLS_KEY: must both be set when one of them or TLS_CLIENT_CA is');
  }
  return () => readTls({ cert, key, clientCa });
}

function authConfig(values: ServerValues): AuthConfig | undefined {
  const { auth, authJwks, authIssuer, authAudience, authScopeClaim, nodeEnv } = values;
  if (auth === 'off') return undefined;
  const isAuthNamed = [authJwks, authIssuer, authAudience].some((value) => value !== undefined);
  if (auth === undefined && !isAuthNamed) {
    if (nodeEnv !== 'production') return undefined;
    throw new ConfigError('AUTH: must be set in production: AUTH_JWKS, AUTH_ISSUER and AUTH_AUDIENCE, or AUTH=off');
  }
  if (authJwks === undefined || authIssuer === undefined || authAudience === undefined) {
    throw new ConfigError(
      'AUTH_JWKS, AUTH_ISSUER and AUTH_AUDIENCE: must all be set when AUTH is jwt or one of them is set',
    );
  }
  return Object.freeze({ jwks: authJwks, issuer: authIssuer, audience: authAudience, scopeClaim: authScopeClaim });
}
