import { FieldCheck, InvalidFieldsError } from '@example/service-kit';
import { checkEmail, checkName } from './shared-rules.ts';
import type { Address, UserDetails } from './user.ts';
import { parseUserId } from './user-id.ts';
import { isKnownPath, resolveChange, type UserChange, type UserUpdate } from './user-update.ts';

const maxAge = 150;
const maxRoles = 20;
/** The maximum number of paths in a field mask: more than enough to name each field once. */
const maxPaths = 100;
const role = /^[a-z0-9._-]{1,50}$/;
const addressLimits = { min: 0, max: 200 };

/** @param id such as `usr-4` @returns its number @throws {InvalidFieldsError} */
export function checkUserIdV2(id: string): bigint {
  const check = new FieldCheck();
  const number = checkId(check, 'id', id);
  check.throwIfAny();
  return number;
}

/** @throws {InvalidFieldsError} */
export function checkNewUserV2(details: UserDetails | undefined, requestId: string): UserDetails {
  const user = required(details);
  const check = new FieldCheck();
  checkChange(check, { fields: user, addressParts: {} });
  check.optionalUuid('request_id', requestId);
  check.throwIfAny();
  return user;
}

/** Checks the id, the paths, and the values that change. @throws {InvalidFieldsError} */
export function checkUpdate(
  update: UserUpdate | undefined,
  paths: readonly string[],
): { readonly id: bigint; readonly change: UserChange } {
  const user = required(update);
  if (paths.length > maxPaths) {
    throw new InvalidFieldsError([{ field: 'update_mask.paths', description: `must be at most ${maxPaths}` }]);
  }
  const check = new FieldCheck();
  const id = checkId(check, 'user.id', user.id);
  const change = resolveChange(user, paths);
  checkChange(check, change);
  for (const [index, path] of paths.entries()) {
    check.that(isKnownPath(path), `update_mask.paths[${index}]`, 'must name a field that can be changed, or be *');
  }
  check.throwIfAny();
  return { id, change };
}

function required<T>(user: T | undefined): T {
  if (user === undefined) throw new InvalidFieldsError([{ field: 'user', description: 'must be set' }]);
  return user;
}

function checkId(check: FieldCheck, field: string, value: string): bigint {
  const id = parseUserId(value);
  check.that(id !== undefined, field, 'must be usr- and the number of a user, such as usr-1');
  return id ?? 0n;
}

function checkChange(check: FieldCheck, { fields, addressParts }: UserChange): void {
  const { name, email, age, roles = [], address } = fields;
  if (name !== undefined) checkName(check, 'user.name', name);
  if (email !== undefined) checkEmail(check, 'user.email', email);
  if (age !== undefined) check.wholeNumber('user.age', age, 0, maxAge);
  checkRoles(check, roles);
  checkAddress(check, { ...address, ...addressParts });
}

function checkRoles(check: FieldCheck, roles: readonly string[]): void {
  if (roles.length > maxRoles) check.that(false, 'user.roles', `must be at most ${maxRoles}`);
  else for (const [index, value] of roles.entries()) checkRole(check, index, value);
}

function checkRole(check: FieldCheck, index: number, value: string): void {
  check.that(
    role.test(value),
    `user.roles[${index}]`,
    'must have 1 to 50 characters of a-z, 0-9, dot, underscore and hyphen',
  );
}

function checkAddress(check: FieldCheck, { street, city, country, zipCode }: Partial<Address>): void {
  for (const [part, value] of Object.entries({ street, city, country, zip_code: zipCode })) {
    if (value !== undefined) check.text(`user.address.${part}`, value, addressLimits);
  }
}
