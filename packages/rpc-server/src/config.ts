import { z } from 'zod';

/** What a process is given: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is not usable; the message says, a line each, which variable must be what. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

/** A setting is a schema whose description says what the variable must be; it is also the error message. */
const setting = <S extends z.ZodType>(schema: S, description: string) => schema.describe(description);

/**
 * The environment variables that every server of ours reads.
 *
 * @param defaultPort the port when PORT is not set
 */
export const serverSettings = (defaultPort: number) => ({
  HOST: setting(
    z.string().default('localhost'),
    'a host name or address to listen on; localhost is both loopback addresses, :: is every address',
  ),
  PORT: setting(wholeNumber(0, 65_535).default(defaultPort), 'a port from 0 to 65535; 0 takes any free one'),
  DRAIN_MS: setting(
    wholeNumber(0, 600_000).default(20_000),
    'milliseconds from 0 to 600000 that calls under way may take to end after SIGINT or SIGTERM',
  ),
  MAX_MESSAGE_BYTES: setting(
    wholeNumber(1, 0xffff_ffff).default(4 * 1024 * 1024),
    'bytes from 1 to 4294967295 that one message may have, before and after decompression',
  ),
  LOG_LEVEL: setting(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'one of trace, debug, info, warn, error, fatal and silent',
  ),
});

type Settings = ReturnType<typeof serverSettings>;

/** How a server listens, what it takes and how it logs. See `serverSettings` for bounds and defaults. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Milliseconds. */
  readonly drainMs: number;
  readonly maxMessageBytes: number;
  readonly logLevel: string;
}

/** The server's part of what `readEnvironment` returned for `serverSettings`. */
export function serverConfig(values: z.infer<z.ZodObject<Settings>>): ServerConfig {
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    drainMs: values.DRAIN_MS,
    maxMessageBytes: values.MAX_MESSAGE_BYTES,
    logLevel: values.LOG_LEVEL,
  });
}

/**
 * Reads the variables named in `settings`; an empty one counts as not set.
 *
 * @throws {ConfigError} that names every variable at fault
 */
export function readEnvironment<S extends z.ZodRawShape>(settings: S, env: Environment): z.infer<z.ZodObject<S>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = z.object(settings).safeParse(given);
  if (result.success) return result.data;
  const names = new Set(result.error.issues.map(({ path }) => String(path[0])));
  const lines = [...names].map((name) => {
    const { description } = settings[name] as z.ZodType;
    return `${name}=${JSON.stringify(given[name] ?? '')}: must be ${description}`;
  });
  throw new ConfigError(lines.join('\n'));
}
