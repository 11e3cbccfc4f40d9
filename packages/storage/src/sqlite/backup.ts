import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { withStoreErrors } from './errors.ts';
import { openSqliteReader } from './open-sqlite.ts';
import { createPrivateFile } from './store-files.ts';

/**
 * Copies a consistent snapshot of a SQLite store, while others write to it.
 *
 * @param to a file that does not exist yet; it appears only when the copy is complete
 * @returns the size of the copy in bytes
 * @throws {StoreUnavailableError} if one of the files is not usable
 */
export function backUp(from: string, to: string): number {
  if (!existsSync(from)) throw new StoreUnavailableError(`there is no store ${from}`);
  if (existsSync(to)) throw new StoreUnavailableError(`${to} already exists: a backup does not overwrite files`);
  const unfinished = `${to}.${process.pid}.unfinished`;
  const db = openSqliteReader(from);
  try {
    withStoreErrors(from, () => checkIsStore(db, from));
    createPrivateFile(unfinished);
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
  throw new StoreUnavailableError(`${path} is not a store of a service: it has no table schema_migrations`);
}
