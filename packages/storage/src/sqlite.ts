import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { type Migration, migrate } from './migration.ts';
import { damagedMessage, withStoreErrors } from './sqlite-errors.ts';

/** How long a statement waits for another connection's lock, in milliseconds. */
const lockWaitMs = 5_000;

/** How much of a file is mapped into memory at most (https://www.sqlite.org/mmap.html). */
const mappedBytes = 2 ** 30;

/**
 * Makes the database file at `path` when it is missing, checks it, and brings its schema to the end of `migrations`.
 *
 * @throws {StoreUnavailableError} when the file cannot be opened or written, or is damaged
 */
export function prepareSqlite(path: string, migrations: readonly Migration[]): void {
  const db = openSqliteWriter(path);
  try {
    withStoreErrors(path, () => {
      checkIntegrity(db, path);
      migrate(db, migrations);
    });
  } finally {
    db.close();
  }
}

/**
 * A connection that writes. A transaction that has committed on it is on disk: the journal is a WAL with `synchronous=FULL`
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @throws {StoreUnavailableError} when the file cannot be opened or written
 */
export function openSqliteWriter(path: string): DatabaseSync {
  return withStoreErrors(path, () => {
    const db = new DatabaseSync(path, { timeout: lockWaitMs, enableForeignKeyConstraints: true });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      // What it cannot write SQLite opens to be read, and says nothing; such a connection never writes, even when it could.
      db.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1; ROLLBACK');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * A connection that cannot write, and sees what has committed. It maps the file into memory: in a large store, reading copies
 * of pages would be most of what a read costs.
 *
 * @throws {StoreUnavailableError} when the file cannot be opened
 */
export function openSqliteReader(path: string): DatabaseSync {
  return withStoreErrors(path, () => {
    const db = new DatabaseSync(path, { timeout: lockWaitMs, readOnly: true });
    db.exec(`PRAGMA mmap_size = ${mappedBytes}`);
    return db;
  });
}

function checkIntegrity(db: DatabaseSync, path: string): void {
  const [first] = db.prepare('PRAGMA quick_check(1)').all() as unknown as { quick_check: string }[];
  if (first?.quick_check === 'ok') return;
  throw new StoreUnavailableError(damagedMessage(path, `${first?.quick_check.replaceAll('\n', ' ')}`));
}
