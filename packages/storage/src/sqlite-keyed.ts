import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { keyKeptMs, keysPruned } from './key-retention.ts';
import type { Migration } from './migration.ts';

/** What `keyedWrites` needs in the schema. */
export const requestKeysMigration: Migration = {
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

/** Makes a write that carries a key once. Its answer is kept as JSON. */
export type KeyedWrite = <T>(key: IdempotencyKey | undefined, write: () => T) => IdempotentResult<T>;

/** To be used inside a transaction on `db`: the key is stored if and only if the write is. */
export function keyedWrites(db: DatabaseSync): KeyedWrite {
  const find = db.prepare('SELECT fingerprint, answer FROM request_keys WHERE scope = ? AND id = ?');
  const insert = db.prepare(
    'INSERT INTO request_keys (scope, id, fingerprint, answer, create_time_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const prune = db.prepare(`
    DELETE FROM request_keys WHERE (scope, id) IN (
      SELECT scope, id FROM request_keys WHERE create_time_ms < ? ORDER BY create_time_ms LIMIT ${keysPruned}
    )`);
  return (key, write) => {
    if (key === undefined) return { value: write() };
    const { scope, id, fingerprint } = key;
    const before = find.get(scope, id) as KeyRow | undefined;
    if (before !== undefined) {
      return before.fingerprint === fingerprint ? { value: JSON.parse(before.answer) } : { isConflict: true };
    }
    const value = write();
    const now = Date.now();
    insert.run(scope, id, fingerprint, JSON.stringify(value), now);
    prune.run(now - keyKeptMs);
    return { value };
  };
}
