import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is invalid. The message has one line for each variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The type of a name such as `MAX_MESSAGE_BYTES` in camel case: `maxMessageBytes`. */
type CamelCase<S extends string> = S extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<S>;

/** The values of settings, by their names in camel case. */
export type Values<S extends z.ZodRawShape> = {
  readonly [K in keyof S & string as CamelCase<K>]: z.infer<S[K]>;
};

/**
 * Reads the variables that `settings` names. An empty variable counts as unset. `NAME_FILE` is the path of a file that
 * contains the value of `NAME`: secrets should be in files, which other processes cannot read.
 *
 * @param settings schemas whose descriptions complete "must be …" in error messages. The value of a schema with the
 *   metadata `isSecret` never appears in them
 * @throws {ConfigError} that names every invalid variable
 */
export function readEnvironment<S extends z.ZodRawShape>(settings: S, env: Environment): Values<S> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const given = { ...set, ...valuesOfFiles(Object.keys(settings), set) };
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

/** @throws {ConfigError} for a file that cannot be read, and for a variable that has both a value and a file */
function valuesOfFiles(names: readonly string[], env: Environment): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const path = env[`${name}_FILE`];
    if (path === undefined) continue;
    if (env[name] !== undefined) throw new ConfigError(`${name} and ${name}_FILE: only one of them may be set`);
    try {
      values[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw new ConfigError(`${name}_FILE: ${path} cannot be read: ${(error as Error).message}`);
    }
  }
  return values;
}

/** Removes user name and password from a text that may be a URL. The password may contain any characters. */
function withoutPassword(value: string): string {
  return value.replace(/\/\/.*@/s, '//…@');
}

function toCamelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
