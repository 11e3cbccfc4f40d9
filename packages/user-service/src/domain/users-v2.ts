import { idempotencyKey } from '@example/service-kit';
import type { User, UserDetails } from './user.ts';
import { created, found } from './user-answers.ts';
import { nameOfId } from './user-id.ts';
import { pageOfUsers, type UserPage } from './user-page.ts';
import type { UserRepository } from './user-repository.ts';
import type { UserUpdate } from './user-update.ts';
import { checkNewUserV2, checkUpdate, checkUserName } from './user-v2-rules.ts';

/**
 * What can be done with users by way of user.v2, whatever protocol asks for it. Every method throws InvalidFieldsError for input
 * that breaks the field rules, and StoreUnavailableError.
 */
export class UsersV2 {
  readonly #repository: UserRepository;

  constructor(repository: UserRepository) {
    this.#repository = repository;
  }

  /**
   * @param id such as `usr-4`
   * @throws {NotFoundError} USER_NOT_FOUND
   */
  async get(id: string): Promise<User> {
    return found(await this.#repository.get(checkUserName(id)), id);
  }

  /**
   * @param details undefined when the request has no user
   * @param requestId a UUID that makes the request safe to repeat, or empty
   * @param caller whose id that is
   * @throws {RequestIdReusedError}
   */
  async create(details: UserDetails | undefined, requestId: string, caller: string): Promise<User> {
    const { name, email, age, roles, address } = checkNewUserV2(details, requestId);
    const { street, city, country, zipCode } = address ?? {};
    const asked = [name, email, age, roles, address && [street, city, country, zipCode]];
    const key = idempotencyKey(['user.v2.UserService/CreateUser', caller], requestId, asked);
    const user = { name, email, age, roles, address, createTime: new Date() };
    return created(await this.#repository.create(user, key), requestId);
  }

  /**
   * @param size 0 for the default, 50; more than 1,000 is taken as 1,000
   * @param token empty for the first page; those of user.v1 are the same
   */
  async list(size: number, token: string): Promise<UserPage> {
    return await pageOfUsers(this.#repository, size, token);
  }

  /**
   * @param update undefined when the request has no user
   * @param paths the fields to change, as google.protobuf.FieldMask has them; empty for those that are set in `update`
   * @throws {NotFoundError} USER_NOT_FOUND
   */
  async update(update: UserUpdate | undefined, paths: readonly string[]): Promise<User> {
    const { id, change } = checkUpdate(update, paths);
    return found(await this.#repository.update(id, change), nameOfId(id));
  }
}
