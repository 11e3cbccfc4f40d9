import type { KeyedResult, RequestKey } from '@example/domain';
import { PostgresStore } from '@example/storage';
import type { NewUser, User } from '../domain/user.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import { postgresMigrations } from './postgres-migrations.ts';
import { type StoredUser, toUser } from './stored-user.ts';

/** Users in a PostgreSQL database, which any number of processes may share. */
export class PostgresUserRepository implements UserRepository {
  readonly #store: PostgresStore;

  private constructor(store: PostgresStore) {
    this.#store = store;
  }

  /** @param url `postgres://…` */
  static async open(url: string): Promise<PostgresUserRepository> {
    return new PostgresUserRepository(await PostgresStore.open(url, 'user_service', postgresMigrations));
  }

  async create({ name, email }: NewUser, key?: RequestKey): Promise<KeyedResult<User>> {
    const result = await this.#store.write(key, async (sql) => {
      const [row] = await sql<StoredUser[]>`
        INSERT INTO users (name, email) VALUES (${name}, ${email}) RETURNING id, name, email`;
      return row as StoredUser;
    });
    return 'value' in result ? { value: toUser(result.value) } : result;
  }

  async get(id: bigint): Promise<User | undefined> {
    const [row] = await this.#store.read<StoredUser>(
      (sql) => sql`SELECT id, name, email FROM users WHERE id = ${`${id}`}`,
    );
    return row && toUser(row);
  }

  async listAfter(id: bigint, limit: number): Promise<User[]> {
    const rows = await this.#store.read<StoredUser>(
      (sql) => sql`SELECT id, name, email FROM users WHERE id > ${`${id}`} ORDER BY id LIMIT ${limit}`,
    );
    return rows.map(toUser);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
