import type { StatementSync } from 'node:sqlite';
import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { firstRows, SqliteStore } from '@example/storage';
import type { NewUser, User } from '../domain/user.ts';
import type { UserList, UserRepository } from '../domain/user-repository.ts';
import type { UserChange } from '../domain/user-update.ts';
import { migrations } from './migrations.ts';
import type { UserWrites } from './sqlite-user-writes.ts';
import { maxPageBytes, maxUserBytes, toUser, toUserResult, type UserRow, valueColumns } from './user-rows.ts';

const select = `SELECT CAST(id AS TEXT) AS id, ${valueColumns.join(', ')} FROM users`;

/** Users in one SQLite file. */
export class SqliteUserRepository implements UserRepository {
  readonly #store: SqliteStore<UserWrites>;
  readonly #byId: StatementSync;
  readonly #after: StatementSync;

  private constructor(store: SqliteStore<UserWrites>) {
    this.#store = store;
    this.#byId = store.reader.prepare(`${select} WHERE users.id = ?`);
    this.#after = store.reader.prepare(`${select} WHERE users.id > ? ORDER BY users.id LIMIT ?`);
  }

  /** @param path the file, created if missing */
  static async open(path: string): Promise<SqliteUserRepository> {
    const writes = new URL('./sqlite-user-writes.ts', import.meta.url);
    return new SqliteUserRepository(await SqliteStore.open<UserWrites>(path, migrations, writes));
  }

  async create(user: NewUser, key?: IdempotencyKey): Promise<IdempotentResult<User>> {
    return toUserResult(await this.#store.write('create', { user, key }));
  }

  async update(id: bigint, change: UserChange): Promise<User | undefined> {
    const row = await this.#store.write('update', { id, change });
    return row && toUser(row);
  }

  async get(id: bigint): Promise<User | undefined> {
    const row = this.#store.read(() => this.#byId.get(id)) as UserRow | undefined;
    return row && toUser(row);
  }

  async listAfter(id: bigint, limit: number): Promise<UserList> {
    const rows = this.#store.read(() => this.#after.all(id, limit + 1)) as unknown as UserRow[];
    const page = firstRows(rows.slice(0, limit), maxPageBytes, maxUserBytes);
    return { users: page.map(toUser), hasMore: page.length < rows.length };
  }

  async checkReady(): Promise<void> {
    this.#store.checkReady();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
