import { z } from 'zod';

/** Where a service keeps its data. */
export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

const sqlite = 'sqlite:';

/**
 * The setting DATABASE_URL: `sqlite:PATH`, a relative path being taken from the working directory, or `postgres://…`
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
 *
 * @param defaultUrl when the variable is not set
 */
export function databaseUrl(defaultUrl: string) {
  return z
    .string()
    .default(defaultUrl)
    .refine((url) => /^sqlite:./.test(url) || (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)))
    .transform(
      (url): DatabaseUrl =>
        url.startsWith(sqlite) ? { kind: 'sqlite', path: url.slice(sqlite.length) } : { kind: 'postgres', url },
    )
    .describe('sqlite: and the path of a file, or postgres:// and where the database is');
}
