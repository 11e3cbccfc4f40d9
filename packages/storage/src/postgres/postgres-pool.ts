import { StoreUnavailableError } from '@example/service-kit';
import type postgres from 'postgres';
import { checkWait } from '../wait-limit.ts';

/** A task that waits for a connection. */
interface Waiter {
  /** A time of `performance.now()`. */
  readonly since: number;
  resolve(sql: postgres.Sql): void;
  reject(error: Error): void;
}

/**
 * The connection pool of one process. A connection runs one task at a time. A task that hangs therefore delays no other
 * task, and its connection can be destroyed. Otherwise, if the server disappeared silently, a connection would hang for
 * fifteen minutes or forever.
 */
export class PostgresPool {
  readonly #connect: () => postgres.Sql;
  readonly #all: Set<postgres.Sql>;
  readonly #free: postgres.Sql[];
  readonly #waiting = new Set<Waiter>();
  #isClosed = false;

  /** @param connect returns a client with at most one connection, which it opens on first use */
  constructor(size: number, connect: () => postgres.Sql) {
    this.#connect = connect;
    this.#free = Array.from({ length: size }, connect);
    this.#all = new Set(this.#free);
  }

  /**
   * Runs `task` on a connection. After a timeout the connection is destroyed, which ends its statements, and replaced.
   *
   * @param ms the timeout for waiting and running together
   * @throws {StoreUnavailableError} after the timeout, whatever the task does afterwards
   */
  async use<T>(ms: number, task: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const end = performance.now() + ms;
    if (this.#isClosed) throw closed();
    const sql = this.#free.pop() ?? (await this.#waitForFree(ms));
    const timeout = Promise.withResolvers<never>();
    let isHanging = false;
    const timer = setTimeout(() => {
      isHanging = true;
      timeout.reject(new StoreUnavailableError(`PostgreSQL did not respond within ${ms} ms`));
    }, end - performance.now());
    try {
      return await Promise.race([task(sql), timeout.promise]);
    } finally {
      clearTimeout(timer);
      this.#release(isHanging ? this.#replace(sql) : sql);
    }
  }

  /** @throws {StoreOverloadedError} if other tasks have waited for a connection for too long */
  checkWait(): void {
    const [first] = this.#waiting;
    if (first !== undefined) checkWait(performance.now() - first.since);
  }

  /** Running tasks have one second to finish. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(closed());
    await Promise.all(Array.from(this.#all, (sql) => sql.end({ timeout: 1 })));
  }

  #waitForFree(ms: number): Promise<postgres.Sql> {
    return new Promise((resolve, reject) => {
      const settled = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        since: performance.now(),
        resolve(sql) {
          settled();
          resolve(sql);
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.reject(new StoreUnavailableError(`no connection to PostgreSQL was free within ${ms} ms`));
      }, ms);
      this.#waiting.add(waiter);
    });
  }

  #release(sql: postgres.Sql): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free.push(sql);
    else next.resolve(sql);
  }

  #replace(hanging: postgres.Sql): postgres.Sql {
    this.#all.delete(hanging);
    // With the patch of postgres.js, this destroys the connection and rejects its queries. The promise never rejects.
    void hanging.end({ timeout: 0 });
    const replacement = this.#connect();
    this.#all.add(replacement);
    return replacement;
  }
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError('the store is closed');
}
