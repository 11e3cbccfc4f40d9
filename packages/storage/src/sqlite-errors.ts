import { StoreUnavailableError } from '@example/domain';

/** Primary result codes (https://www.sqlite.org/rescode.html) that say the store, not the statement, is at fault. */
const unavailable = new Map([
  [5, 'the store is locked by another process'],
  [8, 'the store is read-only'],
  [10, 'the store cannot be read or written'],
  [13, 'the disk is full'],
  [14, 'the store cannot be opened'],
  [26, 'the file is not a database'],
]);

/**
 * Runs one use of the store.
 *
 * @param path of its file, when who reads the error may not know it
 * @throws {StoreUnavailableError} when the disk is full, the file read-only, locked or not readable; any other error as it is
 */
export function withStoreErrors<T>(use: () => T, path?: string): T {
  try {
    return use();
  } catch (error) {
    throw named(error, path);
  }
}

/** @returns a StoreUnavailableError when the store, not the statement, is at fault; else the error itself */
export function named(error: unknown, path?: string): unknown {
  const reason = unavailable.get(primaryCode(error));
  if (reason === undefined) return error;
  return new StoreUnavailableError(path === undefined ? reason : `${reason}: ${path}`, { cause: error });
}

function primaryCode(error: unknown): number {
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return extended & 0xff;
}
