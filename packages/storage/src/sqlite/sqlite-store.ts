import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../migration.ts';
import { withStoreErrors } from './errors.ts';
import { lockStore } from './file-lock.ts';
import type { Writes } from './group-commit.ts';
import { openSqliteReader, prepareSqlite } from './open-sqlite.ts';
import { SqliteWriter } from './writer.ts';

/** A SQLite file that only this process uses: one connection for reads, and one thread for writes. */
export class SqliteStore<W extends Writes> {
  /** Read-only; sees committed data. */
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
   * @param path the file, created if missing
   * @param writesModule a module that exports `writes: (db: DatabaseSync) => W`, which runs on the thread
   * @throws {StoreUnavailableError} if the file cannot be opened or written, is damaged, or in use by another process
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
   * Runs a read. A store that cannot write any more rejects reads too, so that the readiness check, which reads, fails.
   *
   * @throws {StoreUnavailableError} if the store cannot be read, is closed, or its thread has ended
   */
  read<T>(use: () => T): T {
    this.#writer.checkAlive();
    return withStoreErrors(this.#path, use);
  }

  /**
   * Runs a write. The change is on disk when the promise resolves.
   *
   * @throws {StoreUnavailableError} if the store cannot be written; nothing was changed
   */
  write<K extends keyof W & string>(name: K, input: Parameters<W[K]>[0]): Promise<ReturnType<W[K]>> {
    return this.#writer.write(name, input);
  }

  /** Waits for pending writes. */
  async close(): Promise<void> {
    if (!this.reader.isOpen) return;
    await this.#writer.close();
    this.reader.close();
    this.#unlock();
  }
}
