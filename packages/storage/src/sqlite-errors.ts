import { StoreUnavailableError } from '@example/service-kit';

/** Primary result codes (https://www.sqlite.org/rescode.html) that say the store, not the statement, is at fault. */
const unavailable = new Map([
  [5, 'the store is locked by another process'],
  [8, 'the store is read-only'],
  [10, 'the store cannot be read or written'],
  [13, 'the disk is full'],
  [14, 'the store cannot be opened'],
]);

/** SQLITE_CORRUPT, SQLITE_NOTADB: it cannot make sense of the file. */
const damaged = [11, 26];

/**
 * Runs one use of the store.
 *
 * @param path of its file
 * @throws {StoreUnavailableError} when the disk is full, the file read-only, locked, damaged or not readable; any other error as it is
 */
export function withStoreErrors<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw named(error, path);
  }
}

/** @returns a StoreUnavailableError when the store, not the statement, is at fault; else the error itself */
export function named(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (damaged.includes(code & 0xff)) return new StoreUnavailableError(damagedMessage(path, (error as Error).message));
  const reason = unavailable.get(code & 0xff);
  if (reason === undefined) return error;
  return new StoreUnavailableError(`${reason}: ${path}`, { cause: error });
}

export function damagedMessage(path: string, damage: string): string {
  return `the store ${path} is damaged (${damage}): restore a backup, or move the file away to begin with an empty one`;
}

/** @returns whether another connection has the lock that was wanted */
export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === 5;
}

/** The extended one: its last byte is the primary one. */
function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
}
