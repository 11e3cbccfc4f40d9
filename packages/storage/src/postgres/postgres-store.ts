import { setTimeout } from 'node:timers/promises';
import { type IdempotencyKey, type IdempotentResult, timeLeft } from '@example/service-kit';
import postgres from 'postgres';
import type { Migration } from '../migration.ts';
import { isConnectionLost, isRolledBack, toStoreError } from './errors.ts';
import { idempotentChange, type Sql } from './idempotent-change.ts';
import { migratePostgres } from './migrate.ts';
import { PostgresPool } from './postgres-pool.ts';

/** The maximum number of connections of one process, not counting the connection of the readiness check. */
const poolSize = 10;
const idleSeconds = 60;
const connectSeconds = 5;

/**
 * How long a failed statement is retried, in milliseconds. PostgreSQL recovers from a crash within this time, even on a
 * busy machine.
 */
const maxRetryMs = 10_000;
const retryPauseMs = 50;

/** The timeout of a statement, in milliseconds, if the deadline of its call is later. */
const maxStatementMs = 60_000;

/** The timeout of the readiness check, in milliseconds. */
const maxReadinessMs = 5_000;

/** The timeout of a migration, in milliseconds: the tables may be large. */
const maxMigrationMs = 600_000;

/** The tables of one service in a PostgreSQL database, in a separate schema. Any number of processes may share them. */
export class PostgresStore {
  readonly #pool: PostgresPool;
  /** The readiness check has its own pool, so that it does not wait in the queue whose state it checks. */
  readonly #readinessPool: PostgresPool;

  private constructor(connect: () => postgres.Sql) {
    this.#pool = new PostgresPool(poolSize, connect);
    this.#readinessPool = new PostgresPool(1, connect);
  }

  /**
   * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
   * @param schema created if missing
   * @throws {StoreUnavailableError} if the server cannot be reached
   */
  static async open(url: string, schema: string, migrations: readonly Migration[]): Promise<PostgresStore> {
    const connect = () =>
      postgres(url, {
        max: 1,
        idle_timeout: idleSeconds,
        connect_timeout: connectSeconds,
        backoff: () => retryPauseMs / 1_000,
        onnotice: () => {},
        // Skips the query for array types, which no statement uses. If the connection were lost during that query, the
        // rejection would be unhandled.
        fetch_types: false,
        connection: { search_path: schema, application_name: schema },
      });
    const store = new PostgresStore(connect);
    try {
      const migrate = () => store.#pool.use(maxMigrationMs, (sql) => migratePostgres(sql, schema, migrations));
      await store.#retry(migrate, isConnectionLost);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /**
   * Runs one statement that reads.
   *
   * @throws {StoreUnavailableError}
   */
  async read<T>(query: (sql: postgres.Sql) => postgres.PendingQuery<postgres.Row[]>): Promise<T[]> {
    const attempt = () => this.#pool.use(attemptMs(), async (sql) => [...(await query(sql))] as unknown as T[]);
    return await this.#retry(attempt, isConnectionLost);
  }

  /**
   * Runs a change in one transaction, which is on disk when the promise resolves. A change with a key is applied at
   * most once; a repetition returns the first result, which must be JSON. Such a change is therefore retried even if
   * its outcome is unknown.
   *
   * @throws {StoreUnavailableError} if the change was not applied, or, without a key, if the connection was lost during
   * the commit
   * @throws {StoreOverloadedError} if others have waited for a connection for too long
   */
  async write<T>(key: IdempotencyKey | undefined, change: (sql: Sql) => Promise<T>): Promise<IdempotentResult<T>> {
    this.#pool.checkWait();
    let isCommitting = false;
    const transaction = async (sql: Sql): Promise<IdempotentResult<T>> => {
      isCommitting = false;
      // Releases the locks even if the server does not notice that the connection was destroyed.
      await sql.unsafe(`SET LOCAL statement_timeout = ${statementMs()}`);
      const result = key === undefined ? { value: await change(sql) } : await idempotentChange(sql, key, change);
      isCommitting = true;
      return result;
    };
    const attempt = () =>
      this.#pool.use(attemptMs(), async (sql) => (await sql.begin(transaction)) as IdempotentResult<T>);
    return await this.#retry(attempt, (error) => isConnectionLost(error) && (key !== undefined || !isCommitting));
  }

  /**
   * Checks that the server runs statements, even if other statements wait for connections.
   *
   * @throws {StoreUnavailableError} if not
   */
  async checkReady(): Promise<void> {
    const attempt = () =>
      this.#readinessPool.use(maxReadinessMs, (sql) => sql`SELECT version FROM schema_migrations LIMIT 1`);
    await this.#retry(attempt, isConnectionLost);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#readinessPool.close()]);
  }

  /** @param isRetryable whether to retry after an error; a rolled back transaction is always retried */
  async #retry<T>(attempt: () => Promise<T>, isRetryable: (error: unknown) => boolean): Promise<T> {
    const end = performance.now() + Math.min(maxRetryMs, statementMs());
    while (true) {
      try {
        return await attempt();
      } catch (error) {
        if (!(isRolledBack(error) || isRetryable(error)) || performance.now() > end) throw toStoreError(error);
        await setTimeout(retryPauseMs * (0.5 + Math.random()));
      }
    }
  }
}

/** Slightly longer than the server's own statement timeout, so that its error can still arrive. */
function attemptMs(): number {
  return statementMs() + retryPauseMs;
}

/**
 * Slightly longer than the time left, so that a late statement is ended by the deadline of its call, and not by the
 * store.
 */
function statementMs(): number {
  return Math.ceil(Math.min(Math.max(timeLeft() ?? maxStatementMs, 0) + retryPauseMs, maxStatementMs));
}
