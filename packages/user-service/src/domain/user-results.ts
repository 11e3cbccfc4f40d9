import { type IdempotentResult, NotFoundError, unwrapResult } from '@example/service-kit';
import type { User } from './user.ts';

const errorDomain = 'user.example.com';

/**
 * @param id the id in the form that the caller sent
 * @throws {NotFoundError} USER_NOT_FOUND
 */
export function requireUser(user: User | undefined, id: string): User {
  if (user !== undefined) return user;
  throw new NotFoundError(`there is no user ${id}`, 'USER_NOT_FOUND', errorDomain, { user_id: id });
}

/** @throws {RequestIdReusedError} */
export function createdUser(result: IdempotentResult<User>, requestId: string): User {
  return unwrapResult(result, requestId, errorDomain);
}
