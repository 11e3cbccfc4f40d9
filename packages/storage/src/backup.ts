import { existsSync, statSync } from 'node:fs';
import { StoreUnavailableError } from '@example/domain';
import { openSqliteReader } from './sqlite.ts';
import { withStoreErrors } from './sqlite-errors.ts';

/**
 * Copies a SQLite store as it is at this moment, while others write to it.
 *
 * @param to a file that is not there yet
 * @returns how many bytes the copy has
 * @throws {StoreUnavailableError} when one of the files is not usable
 */
export function backUp(from: string, to: string): number {
  if (!existsSync(from)) throw new StoreUnavailableError(`there is no store ${from}`);
  if (existsSync(to)) throw new StoreUnavailableError(`${to} is there already: a backup does not replace anything`);
  const db = openSqliteReader(from);
  try {
    withStoreErrors(() => db.prepare('VACUUM INTO ?').run(to), to);
  } finally {
    db.close();
  }
  return statSync(to).size;
}
