// What can be changed in the SQLite file of users; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { RequestKey } from '@example/domain';
import { keyedWrites } from '@example/storage';
import type { NewUser } from '../domain/user.ts';

export type UserWrites = ReturnType<typeof writes>;

/** A user as JSON can hold it: the id is in decimal digits. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

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
