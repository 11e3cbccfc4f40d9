// The writes of the SQLite store of users. They run on the writer thread of SqliteStore.
import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey } from '@example/service-kit';
import { idempotentWrites } from '@example/storage';
import type { NewUser } from '../domain/user.ts';
import { applyChange, type UserChange } from '../domain/user-update.ts';
import { toColumns, toUser, type UserRow, valueColumns } from './user-rows.ts';

export type UserWrites = ReturnType<typeof writes>;

const columns = `CAST(id AS TEXT) AS id, ${valueColumns.join(', ')}`;

export function writes(db: DatabaseSync) {
  const insert = db.prepare(`
    INSERT INTO users (${valueColumns.join(', ')})
    VALUES (${valueColumns.map((column) => `:${column}`).join(', ')})
    RETURNING ${columns}`);
  const byId = db.prepare(`SELECT ${columns} FROM users WHERE users.id = ?`);
  const updateById = db.prepare(`
    UPDATE users SET ${valueColumns.map((column) => `${column} = :${column}`).join(', ')}
    WHERE users.id = :id
    RETURNING ${columns}`);
  const idempotent = idempotentWrites(db);
  return {
    create: ({ user, key }: { user: NewUser; key: IdempotencyKey | undefined }) =>
      idempotent(key, () => ({ ...insert.get(toColumns(user)) }) as unknown as UserRow),
    update: ({ id, change }: { id: bigint; change: UserChange }) => {
      const before = byId.get(id) as UserRow | undefined;
      if (before === undefined) return undefined;
      const after = toColumns(applyChange(toUser(before), change));
      return { ...updateById.get({ id, ...after }) } as unknown as UserRow;
    },
  };
}
