import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openSqlite, withStoreErrors } from '@example/storage';
import type { NewUser, User } from '../domain/user.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import { migrations } from './migrations.ts';

/** A row as `setReadBigInts` gives it: an id beyond 2^53 stays exact. */
interface UserRow {
  readonly id: bigint;
  readonly name: string;
  readonly email: string;
}

/** Users in one SQLite file. */
export class SqliteUserRepository implements UserRepository {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #after: StatementSync;

  /** @param path of the file, made when missing */
  constructor(path: string) {
    this.#db = openSqlite(path, migrations);
    this.#insert = this.#prepare('INSERT INTO users (name, email) VALUES (?, ?) RETURNING id, name, email');
    this.#byId = this.#prepare('SELECT id, name, email FROM users WHERE id = ?');
    this.#after = this.#prepare('SELECT id, name, email FROM users WHERE id > ? ORDER BY id LIMIT ?');
  }

  async create({ name, email }: NewUser): Promise<User> {
    return withStoreErrors(() => toUser(this.#insert.get(name, email) as unknown as UserRow));
  }

  async get(id: bigint): Promise<User | undefined> {
    const row = withStoreErrors(() => this.#byId.get(id)) as UserRow | undefined;
    return row && toUser(row);
  }

  async listAfter(id: bigint, limit: number): Promise<User[]> {
    const rows = withStoreErrors(() => this.#after.all(id, limit)) as unknown as UserRow[];
    return rows.map(toUser);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#db.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  }
}

function toUser({ id, name, email }: UserRow): User {
  return { id, name, email };
}
