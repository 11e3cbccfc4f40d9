export { databaseUrl } from './database-url.ts';
export type { Migration } from './migration.ts';
export { openSqlite } from './sqlite.ts';
export { withStoreErrors } from './sqlite-errors.ts';
