import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { openSqliteReader } from './sqlite.ts';
import { withStoreErrors } from './sqlite-errors.ts';

/**
 * Copies a SQLite store as it is at this moment, while others write to it.
 *
 * @param to a file that is not there yet, and is only when the copy is whole
 * @returns how many bytes the copy has
 * @throws {StoreUnavailableError} when one of the files is not usable
 */
export function backUp(from: string, to: string): number {
  if (!existsSync(from)) throw new StoreUnavailableError(`there is no store ${from}`);
  if (existsSync(to)) throw new StoreUnavailableError(`${to} is there already: a backup does not replace anything`);
  const unfinished = `${to}.${process.pid}.unfinished`;
  const db = openSqliteReader(from);
  try {
    withStoreErrors(from, () => checkIsStore(db, from));
    withStoreErrors(unfinished, () => db.prepare('VACUUM INTO ?').run(unfinished));
    renameSync(unfinished, to);
  } finally {
    db.close();
    rmSync(unfinished, { force: true });
  }
  return statSync(to).size;
}

function checkIsStore(db: DatabaseSync, path: string): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").get() !== undefined) return;
  throw new StoreUnavailableError(`${path} is no store of a service: it has no table schema_migrations`);
}
