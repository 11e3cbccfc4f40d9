export { type DatabaseUrl, databaseUrl } from './database-url.ts';
export type { Migration } from './migration.ts';
export { postgresIdempotencyKeysMigration, type Sql } from './postgres/idempotent-change.ts';
export { PostgresStore } from './postgres/postgres-store.ts';
export { backUp } from './sqlite/backup.ts';
export { lockStore } from './sqlite/file-lock.ts';
export { idempotentWrites, sqliteIdempotencyKeysMigration } from './sqlite/idempotent-writes.ts';
export { prepareSqlite } from './sqlite/open-sqlite.ts';
export { SqliteStore } from './sqlite/sqlite-store.ts';
