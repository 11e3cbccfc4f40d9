import { formatPageToken } from './page-token.ts';
import { checkPage } from './shared-rules.ts';
import type { User } from './user.ts';
import type { UserRepository } from './user-repository.ts';

/** One page of users. */
export interface UserPage {
  readonly users: readonly User[];
  /** The token of the next page; empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * @param size 0 for the default, 50; capped at 1,000
 * @param token empty for the first page
 * @throws {InvalidFieldsError}
 */
export async function listPage(repository: UserRepository, size: number, token: string): Promise<UserPage> {
  const page = checkPage(size, token);
  const { users, hasMore } = await repository.listAfter(page.after, page.size);
  return { users, nextPageToken: hasMore ? formatPageToken(users.at(-1)?.id ?? page.after) : '' };
}
