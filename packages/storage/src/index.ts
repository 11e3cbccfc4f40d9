export { backUp } from './backup.ts';
export { type DatabaseUrl, databaseUrl } from './database-url.ts';
export type { Migration } from './migration.ts';
export { postgresRequestKeysMigration, type Sql } from './postgres-keyed.ts';
export { PostgresStore } from './postgres-store.ts';
export { prepareSqlite } from './sqlite.ts';
export { keyedWrites, requestKeysMigration } from './sqlite-keyed.ts';
export { lockStore } from './sqlite-lock.ts';
export { SqliteStore } from './sqlite-store.ts';
