import type { User } from '../domain/user.ts';

/** A user as JSON can hold it: the id is in decimal digits. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export function toUser({ id, name, email }: StoredUser): User {
  return { id: BigInt(id), name, email };
}
