import { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../migration.ts';
import { storeDamaged, withStoreErrors } from './errors.ts';
import { migrateSqlite } from './migrate.ts';

/** How long a statement waits for another connection's lock, in milliseconds. */
const lockWaitMs = 5_000;

/**
 * Creates the database file at `path` if it is missing, checks its integrity, and applies `migrations`.
 *
 * @throws {StoreUnavailableError} if the file cannot be opened or written, or is damaged
 */
export function prepareSqlite(path: string, migrations: readonly Migration[]): void {
  const db = openSqliteWriter(path);
  try {
    withStoreErrors(path, () => {
      checkIntegrity(db, path);
      migrateSqlite(db, migrations);
    });
  } finally {
    db.close();
  }
}

/**
 * Opens a connection for writing. A committed transaction is on disk: the journal is a WAL with `synchronous=FULL`
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @throws {StoreUnavailableError} if the file cannot be opened or written
 */
export function openSqliteWriter(path: string): DatabaseSync {
  return withStoreErrors(path, () => {
    const db = new DatabaseSync(path, { timeout: lockWaitMs, enableForeignKeyConstraints: true });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      // SQLite silently opens an unwritable file read-only, and the connection stays read-only. This write detects it.
      db.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1; ROLLBACK');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens a read-only connection, which sees only committed data. The file is not mapped into memory: mapping would save
 * about a microsecond for each read, but a signal would end the process if the file were truncated.
 *
 * @throws {StoreUnavailableError} if the file cannot be opened
 */
export function openSqliteReader(path: string): DatabaseSync {
  return withStoreErrors(path, () => new DatabaseSync(path, { timeout: lockWaitMs, readOnly: true }));
}

function checkIntegrity(db: DatabaseSync, path: string): void {
  const [first] = db.prepare('PRAGMA quick_check(1)').all() as unknown as { quick_check: string }[];
  if (first?.quick_check === 'ok') return;
  throw storeDamaged(path, `${first?.quick_check.replaceAll('\n', ' ')}`);
}
