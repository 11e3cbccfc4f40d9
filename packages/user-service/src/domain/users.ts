import { idempotencyKey } from '@example/service-kit';
import type { User } from './user.ts';
import { created, found } from './user-answers.ts';
import { pageOfUsers, type UserPage } from './user-page.ts';
import type { UserRepository } from './user-repository.ts';
import { checkNewUser, checkUserId } from './user-rules.ts';

/**
 * What can be done with users by way of user.v1, whatever protocol asks for it. Every method throws InvalidFieldsError for input
 * that breaks the field rules, and StoreUnavailableError.
 */
export class Users {
  readonly #repository: UserRepository;

  constructor(repository: UserRepository) {
    this.#repository = repository;
  }

  /** @throws {NotFoundError} USER_NOT_FOUND */
  async get(id: bigint): Promise<User> {
    checkUserId(id);
    return found(await this.#repository.get(id), `${id}`);
  }

  /**
   * @param requestId a UUID that makes the request safe to repeat, or empty
   * @param caller whose id that is
   * @throws {RequestIdReusedError}
   */
  async create({ name, email }: Pick<User, 'name' | 'email'>, requestId: string, caller: string): Promise<User> {
    checkNewUser({ name, email }, requestId);
    const key = idempotencyKey(['CreateUser', caller], requestId, [name, email]);
    const user = { name, email, age: undefined, roles: [], address: undefined, createTime: new Date() };
    return created(await this.#repository.create(user, key), requestId);
  }

  /**
   * @param size 0 for the default, 50; more than 1,000 is taken as 1,000
   * @param token empty for the first page
   */
  async list(size: number, token: string): Promise<UserPage> {
    return await pageOfUsers(this.#repository, size, token);
  }
}
