import { StoreUnavailableError } from '@example/service-kit';
import type postgres from 'postgres';

/** Who waits for a connection. */
interface Waiting {
  take(sql: postgres.Sql): void;
  refuse(error: Error): void;
}

/**
 * The connections of one process. Each serves one use at a time, so that one that hangs holds up nobody else, and can be
 * destroyed: a connection whose other end has gone without a word says nothing, for a quarter of an hour or for ever.
 */
export class PostgresConnections {
  readonly #connect: () => postgres.Sql;
  readonly #all: Set<postgres.Sql>;
  readonly #free: postgres.Sql[];
  readonly #waiting = new Set<Waiting>();
  #isClosed = false;

  /** @param connect gives a client with at most one connection, which it opens when it is used */
  constructor(size: number, connect: () => postgres.Sql) {
    this.#connect = connect;
    this.#free = Array.from({ length: size }, connect);
    this.#all = new Set(this.#free);
  }

  /**
   * Gives `task` a connection, and destroys it when the time is over: what runs on it ends, and there is room for another.
   *
   * @param ms that waiting for a connection and the task may take together
   * @throws {StoreUnavailableError} when the time is over, whatever the task does then
   */
  async use<T>(ms: number, task: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const end = performance.now() + ms;
    if (this.#isClosed) throw closed();
    const sql = this.#free.pop() ?? (await this.#freed(ms));
    const timeOver = Promise.withResolvers<never>();
    let isHanging = false;
    const timer = setTimeout(() => {
      isHanging = true;
      timeOver.reject(new StoreUnavailableError(`PostgreSQL has not answered within ${ms} ms`));
    }, end - performance.now());
    try {
      return await Promise.race([task(sql), timeOver.promise]);
    } finally {
      clearTimeout(timer);
      this.#release(isHanging ? this.#anotherFor(sql) : sql);
    }
  }

  /** What is under way has a second to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { refuse } of this.#waiting) refuse(closed());
    await Promise.all(Array.from(this.#all, (sql) => sql.end({ timeout: 1 })));
  }

  #freed(ms: number): Promise<postgres.Sql> {
    return new Promise((resolve, reject) => {
      const settled = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        take(sql) {
          settled();
          resolve(sql);
        },
        refuse(error) {
          settled();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiting.refuse(new StoreUnavailableError(`no connection to PostgreSQL was free within ${ms} ms`));
      }, ms);
      this.#waiting.add(waiting);
    });
  }

  #release(sql: postgres.Sql): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free.push(sql);
    else next.take(sql);
  }

  #anotherFor(sql: postgres.Sql): postgres.Sql {
    this.#all.delete(sql);
    // The patch of postgres.js makes this destroy the connection, and end what runs on it; it never rejects.
    void sql.end({ timeout: 0 });
    const another = this.#connect();
    this.#all.add(another);
    return another;
  }
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError('the store is closed');
}
