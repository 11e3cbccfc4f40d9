import type { DatabaseSync } from 'node:sqlite';
import { type Order, openOrderRepository } from '@example/order-service';
import type { DatabaseUrl } from '@example/storage';

/** A store of orders that is measured. */
export interface Contestant {
  readonly name: string;
  /** The number of clients that write or read concurrently. */
  readonly clients: number;
  create(order: Order): Promise<void> | void;
  get(id: string): Promise<unknown> | unknown;
  close(): Promise<void> | void;
}

export async function ours(name: string, clients: number, database: DatabaseUrl): Promise<Contestant> {
  const repository = await openOrderRepository(database);
  return {
    name,
    clients,
    async create(order) {
      await repository.create(order);
    },
    get: (id) => repository.get(id),
    close: () => repository.close(),
  };
}

/** The part that the SQLite libraries have in common. */
type SqliteLibrary = Pick<DatabaseSync, 'exec' | 'close'> & {
  prepare(sql: string): { run(...values: (string | number)[]): unknown; get(...values: (string | number)[]): unknown };
};

/** A loop of writes with a SQLite library alone, with a sync to disk for each row. */
export function bareLoop(name: string, db: SqliteLibrary): Contestant {
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE orders (
      id TEXT PRIMARY KEY, customer_id TEXT, items TEXT, total REAL, status TEXT, create_time_ms INTEGER
    )`);
  const insert = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)');
  const select = db.prepare('SELECT * FROM orders WHERE id = ?');
  return {
    name,
    clients: 1,
    create({ id, customerId, items, total, status, createTime }) {
      insert.run(id, customerId, JSON.stringify(items), total, status, createTime.getTime());
    },
    get: (id) => select.get(id),
    close: () => {
      db.close();
    },
  };
}
