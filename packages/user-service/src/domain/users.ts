import { NotFoundError, RequestIdReusedError, requestKey } from '@example/domain';
import { pageToken } from './page-token.ts';
import type { NewUser, User } from './user.ts';
import type { UserRepository } from './user-repository.ts';
import { checkNewUser, checkPage, checkUserId } from './user-rules.ts';

const errorDomain = 'user.example.com';

/** One page of users. */
export interface UserPage {
  readonly users: readonly User[];
  /** Empty when this page is the last. */
  readonly nextPageToken: string;
}

/**
 * What can be done with users, whatever protocol asks for it. Every method throws InvalidFieldsError for input that breaks
 * the field rules, and StoreUnavailableError.
 */
export class Users {
  readonly #repository: UserRepository;

  constructor(repository: UserRepository) {
    this.#repository = repository;
  }

  /** @throws {NotFoundError} USER_NOT_FOUND */
  async get(id: bigint): Promise<User> {
    checkUserId(id);
    const user = await this.#repository.get(id);
    if (user === undefined) {
      throw new NotFoundError(`there is no user ${id}`, 'USER_NOT_FOUND', errorDomain, { user_id: `${id}` });
    }
    return user;
  }

  /**
   * @param requestId a UUID that makes the request safe to repeat, or empty
   * @param caller whose id that is
   * @throws {RequestIdReusedError}
   */
  async create({ name, email }: NewUser, requestId: string, caller: string): Promise<User> {
    checkNewUser({ name, email }, requestId);
    const key = requestKey(['CreateUser', caller], requestId, [name, email]);
    const result = await this.#repository.create({ name, email }, key);
    if ('isReused' in result) throw new RequestIdReusedError(requestId, errorDomain);
    return result.value;
  }

  /**
   * @param size 0 for the default, 50; more than 1,000 is taken as 1,000
   * @param token empty for the first page
   */
  async list(size: number, token: string): Promise<UserPage> {
    const page = checkPage(size, token);
    const users = await this.#repository.listAfter(page.after, page.size + 1);
    if (users.length <= page.size) return { users, nextPageToken: '' };
    const onPage = users.slice(0, page.size);
    return { users: onPage, nextPageToken: pageToken(onPage.at(-1)?.id ?? page.after) };
  }
}
