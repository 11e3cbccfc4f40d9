import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { keyRetentionMs, keysPrunedPerWrite } from '../key-retention.ts';
import type { Migration } from '../migration.ts';

/** The table that `idempotentWrites` uses. */
export const sqliteIdempotencyKeysMigration: Migration = {
  name: 'keys of requests',
  sql: `
    CREATE TABLE request_keys (
      scope TEXT NOT NULL,
      id TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      answer TEXT NOT NULL,
      create_time_ms INTEGER NOT NULL,
      PRIMARY KEY (scope, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX request_keys_by_time ON request_keys (create_time_ms);
  `,
};

interface KeyRow {
  readonly fingerprint: string;
  readonly answer: string;
}

/** Runs a write at most once per key, and stores its result as JSON. Without a key, the write always runs. */
export type IdempotentWrite = <T>(key: IdempotencyKey | undefined, write: () => T) => IdempotentResult<T>;

/**
 * Call the returned function only inside a transaction on `db`, so that the key is stored if and only if the write is.
 */
export function idempotentWrites(db: DatabaseSync): IdempotentWrite {
  const find = db.prepare('SELECT fingerprint, answer FROM request_keys WHERE scope = ? AND id = ?');
  const insert = db.prepare(
    'INSERT INTO request_keys (scope, id, fingerprint, answer, create_time_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const prune = db.prepare(`
    DELETE FROM request_keys WHERE (scope, id) IN (
      SELECT scope, id FROM request_keys WHERE create_time_ms < ? ORDER BY create_time_ms LIMIT ${keysPrunedPerWrite}
    )`);
  return (key, write) => {
    if (key === undefined) return { value: write() };
    const { scope, id, fingerprint } = key;
    const stored = find.get(scope, id) as KeyRow | undefined;
    if (stored !== undefined) {
      return stored.fingerprint === fingerprint ? { value: JSON.parse(stored.answer) } : { isConflict: true };
    }
    const value = write();
    const now = Date.now();
    insert.run(scope, id, fingerprint, JSON.stringify(value), now);
    prune.run(now - keyRetentionMs);
    return { value };
  };
}
