import { withStoreErrors } from './errors.ts';
import { openSqliteWriter } from './open-sqlite.ts';
import { createPrivateFile, createPrivateFolder } from './store-files.ts';

/**
 * Keeps other processes from using the store at `path` as a store; they may read it, such as for a backup. Creates the
 * file if it is missing.
 *
 * The lock is SQLite's own on the file itself, so it holds whatever path leads to the file: a symbolic link, a hard
 * link, or another mount. Every open connection holds a shared lock on the file. This one waits until there is no
 * other, which its exclusive lock proves, and keeps the shared lock without a gap. The operating system releases it
 * when the process ends, even if it crashes.
 *
 * @returns a function that releases the lock
 * @throws {StoreUnavailableError} if another process uses the file, or the file cannot be written
 */
export function lockStore(path: string): () => void {
  createPrivateFolder(path);
  createPrivateFile(path);
  const db = openSqliteWriter(path);
  try {
    withStoreErrors(path, () => {
      db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
      db.exec('PRAGMA locking_mode = NORMAL; BEGIN IMMEDIATE; COMMIT');
    });
  } catch (error) {
    db.close();
    throw error;
  }
  return () => db.close();
}
