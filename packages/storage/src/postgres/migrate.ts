import type postgres from 'postgres';
import { checkHistory, type Migration } from '../migration.ts';

/**
 * Applies the steps of `migrations` that `schema` has not recorded yet, in one transaction. If several processes start
 * at the same time, one succeeds. In the others any statement may fail with any error. After a failure, this function
 * checks whether another process has applied a step, and if so continues from there.
 *
 * @throws if the store has a step that `migrations` does not have at the same position
 */
export async function migratePostgres(
  sql: postgres.Sql,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  while (true) {
    const applied = await appliedSteps(sql, schema);
    checkHistory(applied, migrations);
    if (applied.length === migrations.length) return;
    try {
      return await sql.begin((transaction) => applySteps(transaction, schema, migrations));
    } catch (error) {
      // The loop ends, because each iteration starts with at least one more applied step.
      if ((await appliedSteps(sql, schema)).length <= applied.length) throw error;
    }
  }
}

async function applySteps(
  sql: postgres.TransactionSql,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  // Looks the schema up instead of using IF NOT EXISTS, which requires the privilege to create it even if it exists.
  const [existing] = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`;
  if (existing === undefined) await sql.unsafe(`CREATE SCHEMA ${schema}`);
  if (!(await hasHistory(sql, schema))) {
    await sql.unsafe(
      'CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)',
    );
  }
  const applied = await appliedSteps(sql, schema);
  for (const [index, { name, sql: statements }] of migrations.entries()) {
    if (index < applied.length) continue;
    await sql.unsafe(statements);
    await sql`INSERT INTO schema_migrations VALUES (${index + 1}, ${name}, ${new Date().toISOString()})`;
  }
}

async function appliedSteps(sql: postgres.Sql | postgres.TransactionSql, schema: string): Promise<string[]> {
  if (!(await hasHistory(sql, schema))) return [];
  const steps = await sql<{ name: string }[]>`SELECT name FROM schema_migrations ORDER BY version`;
  return steps.map(({ name }) => name);
}

async function hasHistory(sql: postgres.Sql | postgres.TransactionSql, schema: string): Promise<boolean> {
  const [history] = await sql`
    SELECT 1 FROM pg_tables WHERE schemaname = ${schema} AND tablename = 'schema_migrations'`;
  return history !== undefined;
}
