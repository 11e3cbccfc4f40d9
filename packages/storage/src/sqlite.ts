import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Migration, migrate } from './migration.ts';
import { withStoreErrors } from './sqlite-errors.ts';

/** How long a statement waits for another connection's lock, in milliseconds. */
const lockWaitMs = 5_000;

/**
 * Opens (or makes) the database file at `path` and brings its schema to the end of `migrations`.
 *
 * A transaction that has committed is on disk: the journal is a WAL with `synchronous=FULL`
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @throws {StoreUnavailableError} when the file cannot be opened or written
 */
export function openSqlite(path: string, migrations: readonly Migration[]): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  return withStoreErrors(() => {
    const db = new DatabaseSync(path, { timeout: lockWaitMs, enableForeignKeyConstraints: true });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(db, migrations);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}
