import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { isBusy, named, withStoreErrors } from './sqlite-errors.ts';

/** How long the process before may take to end, in milliseconds: a restart begins before the old process has gone. */
const waitMs = 5_000;

/**
 * Keeps every other process away from the store at `path`, by an exclusive lock on a database beside it, whichever way the path
 * goes to it. The system releases it when the process ends, however it ends.
 *
 * @returns what releases it
 * @throws {StoreUnavailableError} when another process holds it, or nothing can be written there
 */
export function lockStore(path: string): () => void {
  const lockPath = `${realPath(path)}-lock`;
  const db = withStoreErrors(lockPath, () => new DatabaseSync(lockPath, { timeout: waitMs }));
  try {
    // What cannot be written SQLite opens to be read, and says nothing; then the lock keeps nobody away, and only a write fails.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw named(error, lockPath);
    throw new StoreUnavailableError(`the store ${path} is in use by another process: end that one first`, {
      cause: error,
    });
  }
  return () => db.close();
}

/** The file that symbolic links lead to, or where it will be when it is not there yet. Makes the folder. */
function realPath(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  } catch (error) {
    throw new StoreUnavailableError(`the folder of the store ${path} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
