import { setTimeout } from 'node:timers/promises';
import { type KeyedResult, type RequestKey, timeLeft } from '@example/domain';
import postgres from 'postgres';
import type { Migration } from './migration.ts';
import { isConnectionLost, isRolledBack, named } from './postgres-errors.ts';
import { keyedChange, type Sql } from './postgres-keyed.ts';
import { isMigrationRace, migratePostgres } from './postgres-migration.ts';

/** Connections of one process at most. */
const poolSize = 10;
const idleSeconds = 60;
const connectSeconds = 5;

/** How long what failed is tried again, in milliseconds: PostgreSQL is back from a crash within that, on a busy machine too. */
const retriedMs = 10_000;
const pauseMs = 50;

/** No statement takes longer, in milliseconds, whatever deadline its call has. */
const longestStatementMs = 60_000;

/** The tables of one service in a PostgreSQL database, in a schema of their own, for any number of processes. */
export class PostgresStore {
  readonly #sql: postgres.Sql;

  private constructor(sql: postgres.Sql) {
    this.#sql = sql;
  }

  /**
   * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
   * @param schema made when missing
   * @throws {StoreUnavailableError} when the server cannot be reached
   */
  static async open(url: string, schema: string, migrations: readonly Migration[]): Promise<PostgresStore> {
    const sql = postgres(url, {
      max: poolSize,
      idle_timeout: idleSeconds,
      connect_timeout: connectSeconds,
      backoff: () => pauseMs / 1_000,
      onnotice: () => {},
      // No column is an array; and what it would ask for them, nobody catches when the connection is lost.
      fetch_types: false,
      connection: { search_path: schema, application_name: schema },
    });
    const store = new PostgresStore(sql);
    try {
      const migrate = () => sql.begin((transaction) => migratePostgres(transaction, schema, migrations));
      await store.#retry(migrate, (error) => isConnectionLost(error) || isMigrationRace(error));
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /**
   * Reads with one statement.
   *
   * @throws {StoreUnavailableError}
   */
  async read<T>(query: (sql: postgres.Sql) => postgres.PendingQuery<postgres.Row[]>): Promise<T[]> {
    const once = async () => {
      const pending = query(this.#sql);
      const limit = globalThis.setTimeout(() => pending.cancel(), statementMs());
      try {
        return [...(await pending)] as unknown as T[];
      } finally {
        clearTimeout(limit);
      }
    };
    return await this.#retry(once, isConnectionLost);
  }

  /**
   * Changes the store in one transaction. When it resolves, the change is on disk. A change that carries a key is made once, and
   * its answer, which JSON must be able to hold, is given again; so it can be tried again when nobody knows whether it was made.
   *
   * @throws {StoreUnavailableError} when it was not made, or, without a key, when the connection was lost while it was
   */
  async write<T>(key: RequestKey | undefined, change: (sql: Sql) => Promise<T>): Promise<KeyedResult<T>> {
    let isCommitting = false;
    const once = () =>
      this.#sql.begin(async (sql) => {
        isCommitting = false;
        await sql.unsafe(`SET LOCAL statement_timeout = ${statementMs()}`);
        const result = key === undefined ? { value: await change(sql) } : await keyedChange(sql, key, change);
        isCommitting = true;
        return result;
      }) as Promise<KeyedResult<T>>;
    return await this.#retry(once, (error) => isConnectionLost(error) && (key !== undefined || !isCommitting));
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }

  /** @param isWorthIt whether to try again after an error, besides one that says so itself */
  async #retry<T>(attempt: () => Promise<T>, isWorthIt: (error: unknown) => boolean): Promise<T> {
    const end = performance.now() + Math.min(retriedMs, statementMs());
    while (true) {
      try {
        return await attempt();
      } catch (error) {
        if (!(isRolledBack(error) || isWorthIt(error)) || performance.now() > end) throw named(error);
        await setTimeout(pauseMs * (0.5 + Math.random()));
      }
    }
  }
}

/** At least a moment, so that what comes late is ended by its call, and not by the store. */
function statementMs(): number {
  return Math.ceil(Math.min(Math.max(timeLeft() ?? longestStatementMs, 0) + pauseMs, longestStatementMs));
}
