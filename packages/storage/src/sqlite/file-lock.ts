import type { DatabaseSync } from 'node:sqlite';
import { isBusy, toStoreError } from './errors.ts';
import { openSqliteWriter } from './open-sqlite.ts';
import { createPrivateFile, createPrivateFolder } from './store-files.ts';

/** How long to wait for the lock, in milliseconds: during a restart the old process may still be shutting down. */
const waitMs = 5_000;
const pauseMs = 50;

/** The connections that hold locks. Without these references, garbage collection would close them. */
const held = new Set<DatabaseSync>();

/**
 * Prevents other processes from opening the file at `path` as their store. They may still read it, for example for a
 * backup. Creates the file if it is missing.
 *
 * The lock is SQLite's own on the file itself, so it holds whatever path leads to the file: a symbolic link, a hard
 * link, or another mount. Every open connection holds a shared lock on the file. The connection of this function first
 * gets the exclusive lock, which proves that there is no other connection. From then on it keeps the shared lock
 * without a gap. The operating system releases the lock when the process ends, even if it crashes.
 *
 * @returns a function that releases the lock
 * @throws {StoreUnavailableError} if another process uses the file, or the file cannot be written
 */
export function lockStore(path: string): () => void {
  createPrivateFolder(path);
  createPrivateFile(path);
  const end = performance.now() + waitMs;
  while (true) {
    const db = openSqliteWriter(path);
    try {
      db.exec('PRAGMA busy_timeout = 0');
      db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
      db.exec('PRAGMA locking_mode = NORMAL; BEGIN IMMEDIATE; COMMIT');
      held.add(db);
      return () => {
        held.delete(db);
        db.close();
      };
    } catch (error) {
      db.close();
      if (!isBusy(error) || performance.now() > end) throw toStoreError(error, path);
    }
    // Waits without the shared lock and for a random time, so that one of two processes that start together gets the
    // lock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs * (0.5 + Math.random()));
  }
}
