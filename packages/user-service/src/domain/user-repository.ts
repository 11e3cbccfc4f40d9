import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type { NewUser, User } from './user.ts';
import type { UserChange } from './user-update.ts';

/** A part of the list of users. */
export interface UserList {
  readonly users: readonly User[];
  readonly hasMore: boolean;
}

/** The store of users. Every method throws StoreUnavailableError if the store cannot serve now. */
export interface UserRepository {
  /**
   * Stores a user with the next id. The user is on disk when the promise resolves.
   *
   * @param key makes a repeated request return the user that the first one stored
   */
  create(user: NewUser, key?: IdempotencyKey): Promise<IdempotentResult<User>>;
  /**
   * Changes a user with `applyChange`. Concurrent changes are serialized: each starts from the result of the previous
   * one. The change is on disk when the promise resolves.
   *
   * @returns the changed user; undefined if there is no such user
   */
  update(id: bigint, change: UserChange): Promise<User | undefined>;
  get(id: bigint): Promise<User | undefined>;
  /**
   * The users with an id greater than `id`, ascending: at most `limit` of them, and about 1 MiB of text, but at least
   * one. The size is limited because gRPC clients accept at most 4 MiB by default.
   */
  listAfter(id: bigint, limit: number): Promise<UserList>;
  /** Checks that the store can serve now, without waiting for pending work. @throws {StoreUnavailableError} if not */
  checkReady(): Promise<void>;
  close(): Promise<void>;
}
