import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type postgres from 'postgres';
import { keyRetentionMs, keysPrunedPerWrite } from '../key-retention.ts';
import type { Migration } from '../migration.ts';

export type Sql = postgres.TransactionSql;

/** The table that `idempotentChange` uses. */
export const postgresIdempotencyKeysMigration: Migration = {
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

/**
 * Runs a change at most once per key, and stores its result as JSON.
 *
 * @param sql the transaction of the change: the key is stored if and only if the change is
 */
export async function idempotentChange<T>(
  sql: Sql,
  { scope, id, fingerprint }: IdempotencyKey,
  change: (sql: Sql) => Promise<T>,
): Promise<IdempotentResult<T>> {
  const now = Date.now();
  // This insert waits for another transaction with the same key.
  const insert = () => sql`
    INSERT INTO request_keys (scope, id, fingerprint, answer, create_time_ms)
    VALUES (${scope}, ${id}, ${fingerprint}, '', ${now}) ON CONFLICT DO NOTHING`;
  while ((await insert()).count === 0) {
    const [stored] = await sql`SELECT fingerprint, answer FROM request_keys WHERE scope = ${scope} AND id = ${id}`;
    // An expired key was deleted in the meantime: the next iteration inserts this key as a new one.
    if (stored === undefined) continue;
    return stored['fingerprint'] === fingerprint
      ? { value: JSON.parse(stored['answer'] as string) }
      : { isConflict: true };
  }
  const value = await change(sql);
  await sql`UPDATE request_keys SET answer = ${JSON.stringify(value)} WHERE scope = ${scope} AND id = ${id}`;
  // Skips keys that another transaction is deleting, because after waiting for it there would be nothing left to
  // delete.
  await sql`
    DELETE FROM request_keys WHERE (scope, id) IN (
      SELECT scope, id FROM request_keys WHERE create_time_ms < ${now - keyRetentionMs}
      ORDER BY create_time_ms LIMIT ${keysPrunedPerWrite} FOR UPDATE SKIP LOCKED
    )`;
  return { value };
}
