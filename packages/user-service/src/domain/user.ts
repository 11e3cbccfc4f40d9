/** One person. */
export interface User {
  /** 1 to 2^63-1, given by the store in ascending order. */
  readonly id: bigint;
  readonly name: string;
  readonly email: string;
}

/** What the caller decides about a new user. */
export type NewUser = Omit<User, 'id'>;
