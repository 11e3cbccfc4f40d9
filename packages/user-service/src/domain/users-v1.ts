import { idempotencyKey } from '@example/service-kit';
import type { User } from './user.ts';
import { listPage, type UserPage } from './user-page.ts';
import type { UserRepository } from './user-repository.ts';
import { createdUser, requireUser } from './user-results.ts';
import { checkNewUserV1, checkUserIdV1 } from './user-v1-rules.ts';

/**
 * The operations of user.v1 on users, over any protocol. Every method throws InvalidFieldsError for input that
 * breaks the field rules, and StoreUnavailableError.
 */
export class UsersV1 {
  readonly #repository: UserRepository;

  constructor(repository: UserRepository) {
    this.#repository = repository;
  }

  /** @throws {NotFoundError} USER_NOT_FOUND */
  async get(id: bigint): Promise<User> {
    checkUserIdV1(id);
    return requireUser(await this.#repository.get(id), `${id}`);
  }

  /**
   * @param requestId a UUID that makes the request safe to retry, or empty
   * @param caller the subject of the caller's token; request ids of different callers are independent
   * @throws {RequestIdReusedError}
   */
  async create({ name, email }: Pick<User, 'name' | 'email'>, requestId: string, caller: string): Promise<User> {
    checkNewUserV1({ name, email }, requestId);
    const key = idempotencyKey(['CreateUser', caller], requestId, [name, email]);
    const user = { name, email, age: undefined, roles: [], address: undefined, createTime: new Date() };
    return createdUser(await this.#repository.create(user, key), requestId);
  }

  /**
   * @param size 0 for the default, 50; capped at 1,000
   * @param token empty for the first page
   */
  async list(size: number, token: string): Promise<UserPage> {
    return await listPage(this.#repository, size, token);
  }
}
