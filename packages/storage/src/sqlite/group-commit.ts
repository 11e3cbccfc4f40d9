import type { DatabaseSync } from 'node:sqlite';
import { type SerializedError, serializeError } from './error-serialization.ts';
import { toStoreError } from './errors.ts';

/** The writes of a store by name. Inputs and outputs are sent between threads, so they are plain data. */
// biome-ignore lint/suspicious/noExplicitAny: each write has its own input type
export type Writes = Readonly<Record<string, (input: any) => unknown>>;

export interface WriteCall {
  readonly name: string;
  readonly input: unknown;
}

/** The outcome of one write. */
export type WriteResult =
  | { readonly value: unknown }
  /** The write failed and changed nothing. */
  | { readonly error: SerializedError };

/**
 * Runs all writes in one transaction, which needs only one sync to disk. Each write runs in a savepoint, so that a
 * failed write changes nothing and does not affect the others. If the whole transaction fails (disk full, …), each
 * write is retried in its own transaction.
 *
 * @returns the outcome of each write; all successful ones are on disk
 */
export function commitGroup(db: DatabaseSync, writes: Writes, calls: readonly WriteCall[]): WriteResult[] {
  try {
    db.exec('BEGIN IMMEDIATE');
    const results = calls.map((call) => inSavepoint(db, () => run(writes, call)));
    db.exec('COMMIT');
    return results;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    if (calls.length === 1) return [failureOf(db, error)];
    return calls.flatMap((call) => commitGroup(db, writes, [call]));
  }
}

function run(writes: Writes, { name, input }: WriteCall): unknown {
  const write = writes[name];
  if (write === undefined) throw new Error(`there is no write ${name}`);
  return write(input);
}

/** @throws the error of the write if it made SQLite roll back the whole transaction */
function inSavepoint(db: DatabaseSync, write: () => unknown): WriteResult {
  db.exec('SAVEPOINT one_write');
  try {
    const value = write();
    db.exec('RELEASE one_write');
    return { value };
  } catch (error) {
    if (!db.isTransaction) throw error;
    db.exec('ROLLBACK TO one_write; RELEASE one_write');
    return failureOf(db, error);
  }
}

function failureOf(db: DatabaseSync, error: unknown): WriteResult {
  return { error: serializeError(toStoreError(error, db.location() ?? '')) };
}
