// What can be changed in the SQLite file of users; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { NewUser, User } from '../domain/user.ts';

export type UserWrites = ReturnType<typeof writes>;

export function writes(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO users (name, email) VALUES (?, ?) RETURNING id, name, email');
  insert.setReadBigInts(true);
  return {
    create: ({ name, email }: NewUser) => ({ ...insert.get(name, email) }) as unknown as User,
  };
}
