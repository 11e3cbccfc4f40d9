import type { DatabaseSync } from 'node:sqlite';
import { type PlainError, toPlainError } from './error-transfer.ts';
import { named } from './sqlite-errors.ts';

/** What a store can be asked to change, by name. Inputs and outputs cross to another thread: they are plain data. */
// biome-ignore lint/suspicious/noExplicitAny: the input of each write is its own
export type Writes = Readonly<Record<string, (input: any) => unknown>>;

export interface WriteCall {
  readonly name: string;
  readonly input: unknown;
}

/** What came of one write. */
export type WriteResult =
  | { readonly value: unknown }
  /** It changed nothing. */
  | { readonly error: PlainError };

/**
 * Makes all writes in one transaction, which is one sync to disk, each in a savepoint: one that fails changes nothing and leaves
 * the others alone. When the transaction as a whole fails (the disk is full, …), each write is tried again in one of its own.
 *
 * @returns what came of each; when it is here, it is on disk
 */
export function commitTogether(db: DatabaseSync, writes: Writes, calls: readonly WriteCall[]): WriteResult[] {
  try {
    db.exec('BEGIN IMMEDIATE');
    const results = calls.map((call) => inSavepoint(db, () => run(writes, call)));
    db.exec('COMMIT');
    return results;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    if (calls.length === 1) return [failureOf(db, error)];
    return calls.flatMap((call) => commitTogether(db, writes, [call]));
  }
}

function run(writes: Writes, { name, input }: WriteCall): unknown {
  const write = writes[name];
  if (write === undefined) throw new Error(`there is no write ${name}`);
  return write(input);
}

/** @throws what the write threw, when SQLite has rolled back the whole transaction because of it */
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
  return { error: toPlainError(named(error, db.location() ?? '')) };
}
