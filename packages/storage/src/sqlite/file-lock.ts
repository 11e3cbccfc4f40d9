import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { isBusy, toStoreError, withStoreErrors } from './errors.ts';

/** How long to wait for the lock, in milliseconds: during a restart the old process may still be shutting down. */
const waitMs = 5_000;

/**
 * Keeps other processes from using the store at `path`, with an exclusive lock on a database file beside it. Symbolic
 * links to the store share the lock. The operating system releases the lock when the process ends, even if it crashes.
 *
 * @returns a function that releases the lock
 * @throws {StoreUnavailableError} if another process holds the lock, or the folder is not writable
 */
export function lockStore(path: string): () => void {
  const lockPath = `${realPath(path)}-lock`;
  const db = withStoreErrors(lockPath, () => new DatabaseSync(lockPath, { timeout: waitMs }));
  try {
    // SQLite silently opens an unwritable file read-only. Such a lock would be useless, so this writes to detect it.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw toStoreError(error, lockPath);
    throw new StoreUnavailableError(`the store ${path} is in use by another process: end that one first`, {
      cause: error,
    });
  }
  return () => db.close();
}

/** Resolves symbolic links; for a missing file, those of its folder. Creates the folder. */
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
