import { setTimeout } from 'node:timers/promises';
import { type IdempotencyKey, type IdempotentResult, timeLeft } from '@example/service-kit';
import postgres from 'postgres';
import type { Migration } from './migration.ts';
import { PostgresConnections } from './postgres-connections.ts';
import { isConnectionLost, isRolledBack, named } from './postgres-errors.ts';
import { keyedChange, type Sql } from './postgres-keyed.ts';
import { migratePostgres } from './postgres-migration.ts';

/** Connections of one process at most. */
const poolSize = 10;
const idleSeconds = 60;
const connectSeconds = 5;

/** How long what failed is tried again, in milliseconds: PostgreSQL is back from a crash within that, on a busy machine too. */
const retriedMs = 10_000;
const pauseMs = 50;

/** No statement takes longer, in milliseconds, whatever deadline its call has. */
const longestStatementMs = 60_000;

/** Changing the tables takes no longer, in milliseconds: they may be large. */
const longestMigrationMs = 600_000;

/** The tables of one service in a PostgreSQL database, in a schema of their own, for any number of processes. */
export class PostgresStore {
  readonly #connections: PostgresConnections;

  private constructor(connections: PostgresConnections) {
    this.#connections = connections;
  }

  /**
   * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
   * @param schema made when missing
   * @throws {StoreUnavailableError} when the server cannot be reached
   */
  static async open(url: string, schema: string, migrations: readonly Migration[]): Promise<PostgresStore> {
    const connect = () =>
      postgres(url, {
        max: 1,
        idle_timeout: idleSeconds,
        connect_timeout: connectSeconds,
        backoff: () => pauseMs / 1_000,
        onnotice: () => {},
        // No column is an array; and what it would ask for them, nobody catches when the connection is lost.
        fetch_types: false,
        connection: { search_path: schema, application_name: schema },
      });
    const connections = new PostgresConnections(poolSize, connect);
    const store = new PostgresStore(connections);
    try {
      const migrate = () => connections.use(longestMigrationMs, (sql) => migratePostgres(sql, schema, migrations));
      await store.#retry(migrate, isConnectionLost);
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
    const once = () => this.#connections.use(attemptMs(), async (sql) => [...(await query(sql))] as unknown as T[]);
    return await this.#retry(once, isConnectionLost);
  }

  /**
   * Changes the store in one transaction. When it resolves, the change is on disk. A change that carries a key is made once, and
   * its answer, which JSON must be able to hold, is given again; so it can be tried again when nobody knows whether it was made.
   *
   * @throws {StoreUnavailableError} when it was not made, or, without a key, when the connection was lost while it was
   */
  async write<T>(key: IdempotencyKey | undefined, change: (sql: Sql) => Promise<T>): Promise<IdempotentResult<T>> {
    let isCommitting = false;
    const transaction = async (sql: Sql): Promise<IdempotentResult<T>> => {
      isCommitting = false;
      // For a server that does not hear any more that we have ended the connection: it must not keep its locks.
      await sql.unsafe(`SET LOCAL statement_timeout = ${statementMs()}`);
      const result = key === undefined ? { value: await change(sql) } : await keyedChange(sql, key, change);
      isCommitting = true;
      return result;
    };
    const once = () =>
      this.#connections.use(attemptMs(), async (sql) => (await sql.begin(transaction)) as IdempotentResult<T>);
    return await this.#retry(once, (error) => isConnectionLost(error) && (key !== undefined || !isCommitting));
  }

  async close(): Promise<void> {
    await this.#connections.close();
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

/** A moment more than PostgreSQL has for a statement, so that what it can still say is heard. */
function attemptMs(): number {
  return statementMs() + pauseMs;
}

/** At least a moment, so that what comes late is ended by its call, and not by the store. */
function statementMs(): number {
  return Math.ceil(Math.min(Math.max(timeLeft() ?? longestStatementMs, 0) + pauseMs, longestStatementMs));
}
