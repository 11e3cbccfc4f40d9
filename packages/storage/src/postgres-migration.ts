import type postgres from 'postgres';
import { checkHistory, type Migration } from './migration.ts';
import { codeOf } from './postgres-errors.ts';

/**
 * Brings the tables of `schema` to the end of `migrations`. Steps that are recorded already are skipped. Of processes that
 * start at once all but one fail, with an error that `isMigrationRace` knows, and find everything done when they try again.
 *
 * @param sql of a transaction
 * @throws when the store holds a step that `migrations` does not have at that place
 */
export async function migratePostgres(
  sql: postgres.TransactionSql,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await sql.unsafe(`
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL);
  `);
  const applied = await sql<{ name: string }[]>`SELECT name FROM schema_migrations ORDER BY version`;
  checkHistory(
    applied.map(({ name }) => name),
    migrations,
  );
  for (const [index, { name, sql: statements }] of migrations.entries()) {
    if (index < applied.length) continue;
    await sql.unsafe(statements);
    await sql`INSERT INTO schema_migrations VALUES (${index + 1}, ${name}, ${new Date().toISOString()})`;
  }
}

/** Duplicate schema, table, or row: another process has just made it. */
export function isMigrationRace(error: unknown): boolean {
  return ['42P06', '42P07', '23505'].includes(codeOf(error));
}
