import type { DatabaseSync } from 'node:sqlite';
import type { DatabaseUrl } from '@example/storage';
import { openUserRepository } from '@example/user-service';

/** A store of users that is measured. */
export interface Contestant {
  readonly name: string;
  /** The number of clients that write or read concurrently. */
  readonly clients: number;
  /** Creates a user. Its id is the next one. */
  create(): Promise<unknown> | unknown;
  get(id: bigint): Promise<unknown> | unknown;
  close(): Promise<void> | void;
}

const user = { name: 'Aoife', email: 'aoife@example.com' };

export async function ours(name: string, clients: number, database: DatabaseUrl): Promise<Contestant> {
  const repository = await openUserRepository(database);
  return {
    name,
    clients,
    create: () => repository.create({ ...user, age: undefined, roles: [], address: undefined, createTime: new Date() }),
    get: (id) => repository.get(id),
    close: () => repository.close(),
  };
}

/** The part that the SQLite libraries have in common. */
type SqliteLibrary = Pick<DatabaseSync, 'exec' | 'close'> & {
  prepare(sql: string): { run(...values: (string | bigint)[]): unknown; get(...values: (string | bigint)[]): unknown };
};

/** A loop of writes with a SQLite library alone, with a sync to disk for each row. */
export function bareLoop(name: string, db: SqliteLibrary): Contestant {
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, email TEXT)`);
  const insert = db.prepare('INSERT INTO users (name, email) VALUES (?, ?)');
  const select = db.prepare('SELECT * FROM users WHERE id = ?');
  return {
    name,
    clients: 1,
    create: () => insert.run(user.name, user.email),
    get: (id) => select.get(id),
    close: () => {
      db.close();
    },
  };
}
