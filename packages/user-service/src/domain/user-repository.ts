import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type { NewUser, User } from './user.ts';
import type { UserChange } from './user-changes.ts';

/** Where users are kept. Every method throws StoreUnavailableError when the store cannot serve now. */
export interface UserRepository {
  /**
   * Stores a user under the next id. When it resolves, the user is on disk.
   *
   * @param key makes the repetition of a request give the user that the first one stored
   */
  create(user: NewUser, key?: IdempotencyKey): Promise<IdempotentResult<User>>;
  /**
   * Makes of a user what `changed` makes of them. Of two changes at once, the later one sees what the earlier one has made. When it
   * resolves, the change is on disk.
   *
   * @returns the user afterwards; undefined when there is none
   */
  update(id: bigint, change: UserChange): Promise<User | undefined>;
  get(id: bigint): Promise<User | undefined>;
  /** Up to `limit` users with an id greater than `id`, ascending. */
  listAfter(id: bigint, limit: number): Promise<User[]>;
  close(): Promise<void>;
}
