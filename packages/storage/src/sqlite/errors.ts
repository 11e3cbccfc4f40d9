import { StoreUnavailableError } from '@example/service-kit';

/** Primary result codes (https://www.sqlite.org/rescode.html) of failures of the store, not of the statement. */
const unavailable = new Map([
  [5, (path: string) => `the store ${path} is in use by another process: stop that process first`],
  [8, (path: string) => `the store is read-only: ${path}`],
  [10, (path: string) => `the store cannot be read or written: ${path}`],
  [13, (path: string) => `the disk is full: ${path}`],
  [14, (path: string) => `the store cannot be opened: ${path}`],
]);

/** The file of the store is damaged. It stays damaged, and its data may be lost. */
export class StoreDamagedError extends StoreUnavailableError {}

/** SQLITE_CORRUPT, SQLITE_NOTADB. */
const damaged = [11, 26];

/**
 * Runs `use` and converts errors that are failures of the store.
 *
 * @param path the file of the store
 * @throws {StoreUnavailableError} if the disk is full, or the file is read-only, locked, damaged or not readable;
 * rethrows other errors unchanged
 */
export function withStoreErrors<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/** @returns a StoreUnavailableError if the store failed, not the statement; otherwise the same error */
export function toStoreError(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (damaged.includes(code & 0xff)) return storeDamaged(path, (error as Error).message);
  const messageOf = unavailable.get(code & 0xff);
  return messageOf === undefined ? error : new StoreUnavailableError(messageOf(path), { cause: error });
}

export function storeDamaged(path: string, damage: string): StoreDamagedError {
  return new StoreDamagedError(
    `the store ${path} is damaged (${damage}): restore a backup, or move the file away to begin with an empty one`,
  );
}

/** Whether another connection holds the requested lock. */
export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === 5;
}

/** The extended result code. Its low byte is the primary code; 0 if the error is not from SQLite. */
function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
}
