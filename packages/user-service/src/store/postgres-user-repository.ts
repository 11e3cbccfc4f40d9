import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { PostgresStore, selectFirstRows } from '@example/storage';
import type { NewUser, User } from '../domain/user.ts';
import type { UserList, UserRepository } from '../domain/user-repository.ts';
import { applyChange, type UserChange } from '../domain/user-update.ts';
import { postgresMigrations } from './postgres-migrations.ts';
import { columns, fixedUserBytes, maxPageBytes, toColumns, toUser, toUserResult, type UserRow } from './user-rows.ts';

/** Users in a PostgreSQL database. Any number of processes may share it. */
export class PostgresUserRepository implements UserRepository {
  readonly #store: PostgresStore;

  private constructor(store: PostgresStore) {
    this.#store = store;
  }

  /** @param url `postgres://…` */
  static async open(url: string): Promise<PostgresUserRepository> {
    return new PostgresUserRepository(await PostgresStore.open(url, 'user_service', postgresMigrations));
  }

  async create(user: NewUser, key?: IdempotencyKey): Promise<IdempotentResult<User>> {
    const result = await this.#store.write(key, async (sql) => {
      const [row] = await sql<UserRow[]>`INSERT INTO users ${sql(toColumns(user))} RETURNING ${sql(columns)}`;
      return row as UserRow;
    });
    return toUserResult(result);
  }

  async update(id: bigint, change: UserChange): Promise<User | undefined> {
    const result = await this.#store.write(undefined, async (sql) => {
      const [before] = await sql<UserRow[]>`SELECT ${sql(columns)} FROM users WHERE id = ${`${id}`} FOR UPDATE`;
      if (before === undefined) return undefined;
      const after = toColumns(applyChange(toUser(before), change));
      const [row] = await sql<UserRow[]>`
        UPDATE users SET ${sql(after)} WHERE id = ${`${id}`} RETURNING ${sql(columns)}`;
      return row;
    });
    return 'value' in result && result.value !== undefined ? toUser(result.value) : undefined;
  }

  async get(id: bigint): Promise<User | undefined> {
    const [row] = await this.#store.read<UserRow>(
      (sql) => sql`SELECT ${sql(columns)} FROM users WHERE id = ${`${id}`}`,
    );
    return row && toUser(row);
  }

  async listAfter(id: bigint, limit: number): Promise<UserList> {
    const rows = await this.#store.read<UserRow & { found: string }>((sql) =>
      selectFirstRows(
        sql,
        sql`SELECT ${sql(columns)} FROM users WHERE id > ${`${id}`} ORDER BY id LIMIT ${limit + 1}`,
        maxPageBytes,
        sql`${fixedUserBytes} + octet_length(concat(${sql(columns)}))`,
        'id',
      ),
    );
    const page = rows.slice(0, limit);
    return { users: page.map(toUser), hasMore: page.length < Number(rows[0]?.found ?? 0) };
  }

  async checkReady(): Promise<void> {
    await this.#store.checkReady();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
