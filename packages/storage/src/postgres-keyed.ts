import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type postgres from 'postgres';
import { keyKeptMs, keysPruned } from './key-retention.ts';
import type { Migration } from './migration.ts';

export type Sql = postgres.TransactionSql;

/** What `requestKeysMigration` is to SQLite. */
export const postgresRequestKeysMigration: Migration = {
  name: 'keys of requests',
  sql: `
    CREATE TABLE request_keys (
      scope TEXT NOT NULL,
      id TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      answer TEXT NOT NULL,
      create_time_ms BIGINT NOT NULL,
      PRIMARY KEY (scope, id)
    );
    CREATE INDEX request_keys_by_time ON request_keys (create_time_ms);
  `,
};

/** Makes a change that carries a key once. Its answer is kept as JSON. @param sql of the transaction of the change */
export async function keyedChange<T>(
  sql: Sql,
  { scope, id, fingerprint }: IdempotencyKey,
  change: (sql: Sql) => Promise<T>,
): Promise<IdempotentResult<T>> {
  const now = Date.now();
  // Another transaction with the same key is waited for here.
  const insert = () => sql`
    INSERT INTO request_keys (scope, id, fingerprint, answer, create_time_ms)
    VALUES (${scope}, ${id}, ${fingerprint}, '', ${now}) ON CONFLICT DO NOTHING`;
  while ((await insert()).count === 0) {
    const [before] = await sql`SELECT fingerprint, answer FROM request_keys WHERE scope = ${scope} AND id = ${id}`;
    // An old key may just have been pruned: then this one is new.
    if (before === undefined) continue;
    return before['fingerprint'] === fingerprint
      ? { value: JSON.parse(before['answer'] as string) }
      : { isConflict: true };
  }
  const value = await change(sql);
  await sql`UPDATE request_keys SET answer = ${JSON.stringify(value)} WHERE scope = ${scope} AND id = ${id}`;
  // Those that another transaction prunes are left to it: whoever waited for them would prune none.
  await sql`
    DELETE FROM request_keys WHERE (scope, id) IN (
      SELECT scope, id FROM request_keys WHERE create_time_ms < ${now - keyKeptMs}
      ORDER BY create_time_ms LIMIT ${keysPruned} FOR UPDATE SKIP LOCKED
    )`;
  return { value };
}
