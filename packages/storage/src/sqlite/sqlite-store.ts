import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../migration.ts';
import { StoreDamagedError, withStoreErrors } from './errors.ts';
import { lockStore } from './file-lock.ts';
import type { Writes } from './group-commit.ts';
import { openSqliteReader, prepareSqlite } from './open-sqlite.ts';
import { checkFiles, type StoreFiles, storeFiles } from './store-files.ts';
import { SqliteWriter } from './writer.ts';

/** A SQLite file that only this process uses: one connection for reads, and one thread for writes. */
export class SqliteStore<W extends Writes> {
  /** A read-only connection, which sees committed data. */
  readonly reader: DatabaseSync;
  readonly #path: string;
  readonly #files: StoreFiles;
  readonly #writer: SqliteWriter<W>;
  readonly #unlock: () => void;

  private constructor(
    path: string,
    files: StoreFiles,
    reader: DatabaseSync,
    writer: SqliteWriter<W>,
    unlock: () => void,
  ) {
    this.#path = path;
    this.#files = files;
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
      const files = storeFiles(path);
      prepareSqlite(path, migrations);
      const reader = openSqliteReader(path);
      try {
        const writer = await SqliteWriter.start<W>(path, files, writesModule);
        return new SqliteStore(path, files, reader, writer, unlock);
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
   * Checks that the store can serve, without waiting for writes.
   *
   * @throws {StoreUnavailableError} if not
   */
  checkReady(): void {
    checkFiles(this.#files);
    this.read(() => this.reader.prepare('SELECT version FROM schema_migrations LIMIT 1').get());
  }

  /**
   * Runs a read. When writes are no longer possible, reads fail as well. A read that finds damage ends all writes.
   *
   * @throws {StoreUnavailableError} if the store cannot be read, is damaged or closed, or its thread has ended
   */
  read<T>(use: () => T): T {
    this.#writer.checkAlive();
    try {
      return withStoreErrors(this.#path, use);
    } catch (error) {
      checkFiles(this.#files);
      if (error instanceof StoreDamagedError) this.#writer.end(error);
      throw error;
    }
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
