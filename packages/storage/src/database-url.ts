import { z } from 'zod';

/** The database of a service. */
export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

const sqlite = 'sqlite:';

/**
 * The schema of the variable DATABASE_URL: `sqlite:PATH`, relative to the working directory or absolute, or
 * `postgres://…` (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
 *
 * @param defaultUrl used if the variable is not set
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
    .describe('sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE');
}
