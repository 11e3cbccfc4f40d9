import { resolve } from 'node:path';
import { isServerUrl } from '@example/service-kit';
import * as z from 'zod';

/** The database of a service. */
export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

const sqlite = 'sqlite:';
/** Excluded: `:memory:` and `file:…`, which SQLite itself treats as databases that are not plain files. */
const file = /^sqlite:(?!:memory:|file:)./;

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
    .refine((url) => file.test(url) || isServerUrl(url, ['postgres', 'postgresql']))
    .transform(
      (url): DatabaseUrl =>
        url.startsWith(sqlite) ? { kind: 'sqlite', path: url.slice(sqlite.length) } : { kind: 'postgres', url },
    )
    .meta({
      description:
        'sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE, with / ? # @ % of USER and PASSWORD percent-encoded',
      isSecret: true,
    });
}

/** The database without user name and password, for the log. */
export function describeDatabase(database: DatabaseUrl): string {
  if (database.kind === 'sqlite') return `${sqlite}${resolve(database.path)}`;
  const { protocol, host, pathname } = new URL(database.url);
  return `${protocol}//${host}${pathname}`;
}

/** The reason why a service on this database can have only one process; undefined if it can have several. */
export function whyOneProcess({ kind }: DatabaseUrl): string | undefined {
  if (kind !== 'sqlite') return undefined;
  return 'a SQLite store has one process, which commits for all calls together; set DATABASE_URL=postgres://… to use more';
}
