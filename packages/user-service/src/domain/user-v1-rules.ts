import { FieldCheck } from '@example/service-kit';
import { checkEmail, checkName } from './shared-rules.ts';
import type { User } from './user.ts';
import { maxUserId } from './user-id.ts';

/** @throws {InvalidFieldsError} */
export function checkNewUserV1(user: Pick<User, 'name' | 'email'>, requestId: string): void {
  const check = new FieldCheck();
  checkName(check, 'name', user.name);
  checkEmail(check, 'email', user.email);
  check.optionalUuid('request_id', requestId);
  check.throwIfAny();
}

/** @throws {InvalidFieldsError} */
export function checkUserIdV1(id: bigint): void {
  const check = new FieldCheck();
  check.that(id >= 1n && id <= maxUserId, 'id', `must be 1 to ${maxUserId}`);
  check.throwIfAny();
}
