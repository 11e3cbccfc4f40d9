import type { IdempotentResult } from '@example/service-kit';
import type { Address, User, UserDetails } from '../domain/user.ts';

/** The row of a user. Rows are also stored as JSON, as the results of idempotent writes. */
export interface UserRow {
  /** The id in decimal digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  // Missing in idempotent results that were stored before user.v2.
  readonly age?: number | null;
  /** JSON: [role, …]. */
  readonly roles?: string;
  /** JSON: [street, city, country, postal code]. */
  readonly address?: string | null;
  /** A string in PostgreSQL, where a BIGINT may exceed the range of a double. */
  readonly create_time_ms?: number | string | null;
}

/** The columns that an insert and an update write. */
export const valueColumns = ['name', 'email', 'age', 'roles', 'address', 'create_time_ms'] as const;

export const columns = ['id', ...valueColumns] as const;

/** The maximum length of a page without its last user, in bytes. */
export const maxPageBytes = 1024 * 1024;

/** The size of a user in a response besides its texts, in bytes. */
export const fixedUserBytes = 100;

/** An upper bound of a user's size in a response, in bytes: a UTF-16 unit takes up to three bytes in UTF-8. */
export function maxUserBytes(row: UserRow): number {
  let units = 0;
  for (const value of Object.values(row)) if (typeof value === 'string') units += value.length;
  return fixedUserBytes + 3 * units;
}

/** The values of all columns except the id. */
export function toColumns(user: UserDetails & Partial<Pick<User, 'createTime'>>) {
  const { name, email, age, roles, address, createTime } = user;
  return {
    name,
    email,
    age: age ?? null,
    roles: JSON.stringify(roles),
    address: address === undefined ? null : JSON.stringify(toTuple(address)),
    create_time_ms: createTime?.getTime() ?? null,
  };
}

export function toUser({ id, name, email, age, roles, address, create_time_ms }: UserRow): User {
  return {
    id: BigInt(id),
    name,
    email,
    age: age ?? undefined,
    roles: JSON.parse(roles ?? '[]'),
    address: address == null ? undefined : toAddress(JSON.parse(address)),
    createTime: create_time_ms == null ? undefined : new Date(Number(create_time_ms)),
  };
}

export function toUserResult(result: IdempotentResult<UserRow>): IdempotentResult<User> {
  return 'value' in result ? { value: toUser(result.value) } : result;
}

type AddressTuple = readonly [street: string, city: string, country: string, zipCode: string];

function toTuple({ street, city, country, zipCode }: Address): AddressTuple {
  return [street, city, country, zipCode];
}

function toAddress([street, city, country, zipCode]: AddressTuple): Address {
  return { street, city, country, zipCode };
}
