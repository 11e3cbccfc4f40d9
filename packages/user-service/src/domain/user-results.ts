import { type IdempotentResult, NotFoundError, RequestIdReusedError } from '@example/service-kit';
import type { User } from './user.ts';

const errorDomain = 'user.example.com';

/**
 * @param id as the caller named the user
 * @throws {NotFoundError} USER_NOT_FOUND
 */
export function found(user: User | undefined, id: string): User {
  if (user !== undefined) return user;
  throw new NotFoundError(`there is no user ${id}`, 'USER_NOT_FOUND', errorDomain, { user_id: id });
}

/** @throws {RequestIdReusedError} */
export function created(result: IdempotentResult<User>, requestId: string): User {
  if ('isConflict' in result) throw new RequestIdReusedError(requestId, errorDomain);
  return result.value;
}
