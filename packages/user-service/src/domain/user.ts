/** Where somebody lives. A part is empty when it is not known. */
export interface Address {
  readonly street: string;
  readonly city: string;
  readonly country: string;
  readonly zipCode: string;
}

/** What callers decide about a user. */
export interface UserDetails {
  readonly name: string;
  readonly email: string;
  /** In years; undefined when it is not known. */
  readonly age: number | undefined;
  readonly roles: readonly string[];
  /** Undefined when it is not known. */
  readonly address: Address | undefined;
}

/** Somebody who has no id yet. */
export interface NewUser extends UserDetails {
  /** To the millisecond. */
  readonly createTime: Date;
}

/** One person. */
export interface User extends UserDetails {
  /** 1 to 2^63-1, given by the store in ascending order. */
  readonly id: bigint;
  /** To the millisecond; undefined for those who were created before 1.2.0. */
  readonly createTime: Date | undefined;
}
