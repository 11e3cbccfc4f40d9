// What can be changed in the SQLite file of users; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey } from '@example/service-kit';
import { keyedWrites } from '@example/storage';
import type { NewUser } from '../domain/user.ts';
import { changed, type UserChange } from '../domain/user-changes.ts';
import { toColumns, toUser, type UserRow } from './user-rows.ts';

export type UserWrites = ReturnType<typeof writes>;

const columns = 'CAST(id AS TEXT) AS id, name, email, age, roles, address, create_time_ms';

export function writes(db: DatabaseSync) {
  const insert = db.prepare(`
    INSERT INTO users (name, email, age, roles, address, create_time_ms)
    VALUES (:name, :email, :age, :roles, :address, :create_time_ms)
    RETURNING ${columns}`);
  const byId = db.prepare(`SELECT ${columns} FROM users WHERE users.id = ?`);
  const updateById = db.prepare(`
    UPDATE users SET name = :name, email = :email, age = :age, roles = :roles, address = :address
    WHERE users.id = :id
    RETURNING ${columns}`);
  const keyed = keyedWrites(db);
  return {
    create: ({ user, key }: { user: NewUser; key: IdempotencyKey | undefined }) =>
      keyed(key, () => ({ ...insert.get(toColumns(user)) }) as unknown as UserRow),
    update: ({ id, change }: { id: bigint; change: UserChange }) => {
      const before = byId.get(id) as UserRow | undefined;
      if (before === undefined) return undefined;
      const { create_time_ms: _, ...after } = toColumns(changed(toUser(before), change));
      return { ...updateById.get({ id, ...after }) } as unknown as UserRow;
    },
  };
}
