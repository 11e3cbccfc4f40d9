import type { StatementSync } from 'node:sqlite';
import type { KeyedResult, RequestKey } from '@example/domain';
import { SqliteStore, withStoreErrors } from '@example/storage';
import type { NewUser, User } from '../domain/user.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import { migrations } from './migrations.ts';
import type { UserWrites } from './sqlite-user-writes.ts';

/** A row as `setReadBigInts` gives it: an id beyond 2^53 stays exact. */
interface UserRow {
  readonly id: bigint;
  readonly name: string;
  readonly email: string;
}

/** Users in one SQLite file. */
export class SqliteUserRepository implements UserRepository {
  readonly #store: SqliteStore<UserWrites>;
  readonly #byId: StatementSync;
  readonly #after: StatementSync;

  private constructor(store: SqliteStore<UserWrites>) {
    this.#store = store;
    this.#byId = this.#prepare('SELECT id, name, email FROM users WHERE id = ?');
    this.#after = this.#prepare('SELECT id, name, email FROM users WHERE id > ? ORDER BY id LIMIT ?');
  }

  /** @param path of the file, made when missing */
  static async open(path: string): Promise<SqliteUserRepository> {
    const writes = new URL('./sqlite-user-writes.ts', import.meta.url);
    return new SqliteUserRepository(await SqliteStore.open<UserWrites>(path, migrations, writes));
  }

  async create(user: NewUser, key?: RequestKey): Promise<KeyedResult<User>> {
    const result = await this.#store.write('create', { user, key });
    return 'value' in result ? { value: { ...result.value, id: BigInt(result.value.id) } } : result;
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
    await this.#store.close();
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#store.reader.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  }
}

function toUser({ id, name, email }: UserRow): User {
  return { id, name, email };
}
