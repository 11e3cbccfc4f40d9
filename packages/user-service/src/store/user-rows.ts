import type { IdempotentResult } from '@example/service-kit';
import type { Address, User, UserDetails } from '../domain/user.ts';

/** A user as their row has it, and JSON can hold it. */
export interface UserRow {
  /** In decimal digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  // The answers to requests from before 1.2.0 that are kept end here.
  readonly age?: number | null;
  /** JSON: [role, …]. */
  readonly roles?: string;
  /** JSON: [street, city, country, postal code]. */
  readonly address?: string | null;
  /** A text where the database has whole numbers that a double cannot hold. */
  readonly create_time_ms?: number | string | null;
}

/** The columns that a row has besides its id, and what they are for a user. */
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
