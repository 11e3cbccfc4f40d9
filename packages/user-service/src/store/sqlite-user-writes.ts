// What can be changed in the SQLite file of users; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { RequestKey } from '@example/domain';
import { keyedWrites } from '@example/storage';
import type { NewUser } from '../domain/user.ts';
import type { StoredUser } from './stored-user.ts';

export type UserWrites = ReturnType<typeof writes>;

export function writes(db: DatabaseSync) {
  const insert = db.prepare(
    'INSERT INTO users (name, email) VALUES (?, ?) RETURNING CAST(id AS TEXT) AS id, name, email',
  );
  const keyed = keyedWrites(db);
  return {
    create: ({ user: { name, email }, key }: { user: NewUser; key: RequestKey | undefined }) =>
      keyed(key, () => ({ ...insert.get(name, email) }) as unknown as StoredUser),
  };
}
