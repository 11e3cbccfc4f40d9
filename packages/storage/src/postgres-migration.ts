import type postgres from 'postgres';
import { checkHistory, type Migration } from './migration.ts';

/**
 * Brings the tables of `schema` to the end of `migrations`, in one transaction. Steps that are recorded already are skipped.
 * Of processes that start at once one does it, and the others fail, each at another statement with another error: whoever
 * fails looks whether somebody has taken a step meanwhile, and goes on from there.
 *
 * @throws when the store holds a step that `migrations` does not have at that place
 */
export async function migratePostgres(
  sql: postgres.Sql,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  while (true) {
    const before = await stepsTaken(sql, schema);
    checkHistory(before, migrations);
    if (before.length === migrations.length) return;
    try {
      return await sql.begin((transaction) => takeSteps(transaction, schema, migrations));
    } catch (error) {
      // Every turn has one step less to take.
      if ((await stepsTaken(sql, schema)).length <= before.length) throw error;
    }
  }
}

async function takeSteps(
  sql: postgres.TransactionSql,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  // Whether they are there is looked up first: to say IF NOT EXISTS, one must be allowed to make them.
  const [isThere] = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`;
  if (isThere === undefined) await sql.unsafe(`CREATE SCHEMA ${schema}`);
  if (!(await hasHistory(sql, schema))) {
    await sql.unsafe(
      'CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)',
    );
  }
  const taken = await stepsTaken(sql, schema);
  for (const [index, { name, sql: statements }] of migrations.entries()) {
    if (index < taken.length) continue;
    await sql.unsafe(statements);
    await sql`INSERT INTO schema_migrations VALUES (${index + 1}, ${name}, ${new Date().toISOString()})`;
  }
}

async function stepsTaken(sql: postgres.Sql | postgres.TransactionSql, schema: string): Promise<string[]> {
  if (!(await hasHistory(sql, schema))) return [];
  const steps = await sql<{ name: string }[]>`SELECT name FROM schema_migrations ORDER BY version`;
  return steps.map(({ name }) => name);
}

async function hasHistory(sql: postgres.Sql | postgres.TransactionSql, schema: string): Promise<boolean> {
  const [history] = await sql`
    SELECT 1 FROM pg_tables WHERE schemaname = ${schema} AND tablename = 'schema_migrations'`;
  return history !== undefined;
}
