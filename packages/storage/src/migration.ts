import type { DatabaseSync } from 'node:sqlite';

/** One step of a schema's history. Once released, a step is never edited: a change is a new step. */
export interface Migration {
  /** Unique in its list and never changed: it is what the store remembers. */
  readonly name: string;
  /** Statements, run in one transaction with the step's own record. */
  readonly sql: string;
}

/**
 * Brings `db` to the end of `migrations`. Steps that are recorded already are skipped, so running it again does nothing.
 *
 * @throws when the store holds a step that `migrations` does not have at that place: it was made by a newer release or by another service
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
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

/** @throws when a store holds a step that `migrations` does not have at that place */
export function checkHistory(applied: readonly string[], migrations: readonly Migration[]): void {
  for (const [index, name] of applied.entries()) {
    if (migrations[index]?.name === name) continue;
    throw new Error(
      `the store has the migration ${JSON.stringify(name)} as its step ${index + 1}, which this program does not know: ` +
        'it belongs to a newer release or to another service',
    );
  }
}
