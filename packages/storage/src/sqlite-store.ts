import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';
import { openSqliteReader, prepareSqlite } from './sqlite.ts';
import type { Writes } from './sqlite-batch.ts';
import { withStoreErrors } from './sqlite-errors.ts';
import { lockStore } from './sqlite-lock.ts';
import { SqliteWriter } from './sqlite-writer.ts';

/** A SQLite file that this process alone uses: a connection that reads, and a thread that writes. */
export class SqliteStore<W extends Writes> {
  /** Sees what has committed, and cannot write. */
  readonly reader: DatabaseSync;
  readonly #path: string;
  readonly #writer: SqliteWriter<W>;
  readonly #unlock: () => void;

  private constructor(path: string, reader: DatabaseSync, writer: SqliteWriter<W>, unlock: () => void) {
    this.#path = path;
    this.reader = reader;
    this.#writer = writer;
    this.#unlock = unlock;
  }

  /**
   * @param path of the file, made when missing
   * @param writesModule exports `writes: (db: DatabaseSync) => W`, which runs on the thread
   * @throws {StoreUnavailableError} when the file cannot be opened or written, is damaged, or in use by another process
   */
  static async open<W extends Writes>(
    path: string,
    migrations: readonly Migration[],
    writesModule: URL,
  ): Promise<SqliteStore<W>> {
    const unlock = lockStore(path);
    try {
      prepareSqlite(path, migrations);
      const reader = openSqliteReader(path);
      try {
        return new SqliteStore(path, reader, await SqliteWriter.start<W>(path, writesModule), unlock);
      } catch (error) {
        reader.close();
        throw error;
      }
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /**
   * Runs what reads. A store that will never write again does not read either, so that who looks whether it is ready sees that
   * it is not.
   *
   * @throws {StoreUnavailableError} when the store cannot be read, is closed, or its thread has ended
   */
  read<T>(use: () => T): T {
    this.#writer.checkAlive();
    return withStoreErrors(this.#path, use);
  }

  /**
   * Changes the store. When it resolves, the change is on disk.
   *
   * @throws {StoreUnavailableError} when the store cannot be written; nothing was changed
   */
  write<K extends keyof W & string>(name: K, input: Parameters<W[K]>[0]): Promise<ReturnType<W[K]>> {
    return this.#writer.write(name, input);
  }

  /** Waits for the writes that have been asked for. */
  async close(): Promise<void> {
    if (!this.reader.isOpen) return;
    await this.#writer.close();
    this.reader.close();
    this.#unlock();
  }
}
