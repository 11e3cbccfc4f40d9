import { addedFields, idempotencyKey } from '@example/service-kit';
import type { Address, User, UserDetails } from './user.ts';
import { formatUserId } from './user-id.ts';
import { listPage, type UserPage } from './user-page.ts';
import type { UserRepository } from './user-repository.ts';
import { createdUser, requireUser } from './user-results.ts';
import type { UserUpdate } from './user-update.ts';
import { checkNewUserV2, checkUpdate, checkUserIdV2 } from './user-v2-rules.ts';

/**
 * The operations of user.v2 on users, over any protocol. Every method throws InvalidFieldsError for input that
 * breaks the field rules, and StoreUnavailableError.
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
    return requireUser(await this.#repository.get(checkUserIdV2(id)), id);
  }

  /**
   * @param details undefined if the request has no user
   * @param requestId a UUID that makes the request safe to retry, or empty
   * @param caller the subject of the caller's token; request ids of different callers are independent
   * @throws {RequestIdReusedError}
   */
  async create(details: UserDetails | undefined, requestId: string, caller: string): Promise<User> {
    const checked = checkNewUserV2(details, requestId);
    const { name, email, age, roles, address, ...added } = checked;
    const request = [name, email, age, roles, address && addressFields(address), ...addedFields(added)];
    const key = idempotencyKey(['user.v2.UserService/CreateUser', caller], requestId, request);
    const user = { ...checked, createTime: new Date() };
    return createdUser(await this.#repository.create(user, key), requestId);
  }

  /**
   * @param size 0 for the default, 50; capped at 1,000
   * @param token empty for the first page; user.v1 and user.v2 accept each other's tokens
   */
  async list(size: number, token: string): Promise<UserPage> {
    return await listPage(this.#repository, size, token);
  }

  /**
   * @param update undefined if the request has no user
   * @param paths the paths of a google.protobuf.FieldMask; empty for the fields that are set in `update`
   * @throws {NotFoundError} USER_NOT_FOUND
   */
  async update(update: UserUpdate | undefined, paths: readonly string[]): Promise<User> {
    const { id, change } = checkUpdate(update, paths);
    return requireUser(await this.#repository.update(id, change), formatUserId(id));
  }
}

function addressFields({ street, city, country, zipCode, ...added }: Address): readonly unknown[] {
  return [street, city, country, zipCode, ...addedFields(added)];
}
