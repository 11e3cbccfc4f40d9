export type { Migration } from './migration.ts';
export { databasePath, openSqlite } from './sqlite.ts';
export { withStoreErrors } from './sqlite-errors.ts';
