import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/domain';
import { withStoreErrors } from './sqlite-errors.ts';

/** How long the process before may take to end, in milliseconds: a restart begins before the old process has gone. */
const waitMs = 5_000;

/**
 * Keeps every other process away from the store at `path`, by an exclusive lock on a database beside it. The system releases it
 * when the process ends, however it ends.
 *
 * @returns what releases it
 * @throws {StoreUnavailableError} when another process holds it
 */
export function lockStore(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lockPath = `${path}-lock`;
  const db = withStoreErrors(() => new DatabaseSync(lockPath, { timeout: waitMs }), path);
  try {
    withStoreErrors(() => db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'));
  } catch (error) {
    db.close();
    throw new StoreUnavailableError(`the store ${path} is in use by another process: end that one first`, {
      cause: error,
    });
  }
  return () => db.close();
}
