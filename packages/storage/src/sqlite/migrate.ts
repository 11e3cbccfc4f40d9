import type { DatabaseSync } from 'node:sqlite';
import { checkHistory, type Migration } from '../migration.ts';

/**
 * Applies the steps of `migrations` that the store has not recorded yet, in one transaction.
 *
 * @throws if the store has a step that `migrations` does not have at the same position, because a newer release or
 *   another service created the store
 */
export function migrateSqlite(db: DatabaseSync, migrations: readonly Migration[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_at TEXT NOT NULL
    ) STRICT`);
    const applied = db.prepare('SELECT name FROM schema_migrations ORDER BY version').all();
    checkHistory(
      applied.map(({ name }) => String(name)),
      migrations,
    );
    const record = db.prepare('INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)');
    for (const [index, { name, sql }] of migrations.entries()) {
      if (index < applied.length) continue;
      db.exec(sql);
      record.run(index + 1, name, new Date().toISOString());
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
