import * as z from 'zod';

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is invalid. The message has one line for each variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** `MAX_MESSAGE_BYTES` as `maxMessageBytes`. */
type CamelCase<S extends string> = S extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<S>;

/** The values of settings, `MAX_MESSAGE_BYTES` as `maxMessageBytes`. */
export type Values<S extends z.ZodRawShape> = {
  readonly [K in keyof S & string as CamelCase<K>]: z.infer<S[K]>;
};

/**
 * Reads the variables that `settings` names. An empty variable counts as unset.
 *
 * @param settings schemas whose descriptions complete "must be …" in error messages. The value of one with the metadata
 * `isSecret` never appears there
 * @throws {ConfigError} that names every variable at fault
 */
export function readEnvironment<S extends z.ZodRawShape>(settings: S, env: Environment): Values<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = z.object(settings).safeParse(given);
  if (!result.success) {
    const names = new Set(result.error.issues.map(({ path }) => String(path[0])));
    const lines = [...names].map((name) => {
      const { description, isSecret } = (settings[name] as z.ZodType).meta() ?? {};
      const value = isSecret ? '…' : JSON.stringify(withoutPassword(given[name] ?? ''));
      return `${name}=${value}: must be ${description}`;
    });
    throw new ConfigError(lines.join('\n'));
  }
  const values = Object.entries(result.data).map(([name, value]) => [toCamelCase(name), value]);
  return Object.freeze(Object.fromEntries(values));
}

/** A URL may contain a user name and a password, and the password anything. */
function withoutPassword(value: string): string {
  return value.replace(/\/\/.*@/s, '//…@');
}

function toCamelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
