/** A postal address. An unknown part is empty. */
export interface Address {
  readonly street: string;
  readonly city: string;
  readonly country: string;
  readonly zipCode: string;
}

/** The fields of a user that callers set. */
export interface UserDetails {
  readonly name: string;
  readonly email: string;
  /** The age in years; undefined if unknown. */
  readonly age: number | undefined;
  readonly roles: readonly string[];
  /** The address; undefined if unknown. */
  readonly address: Address | undefined;
}

/** A user without an id. */
export interface NewUser extends UserDetails {
  /** When the user was created, to the millisecond. */
  readonly createTime: Date;
}

/** A stored user. */
export interface User extends UserDetails {
  /** 1 to 2^63-1, assigned by the store in ascending order. */
  readonly id: bigint;
  /** When the user was created, to the millisecond; undefined for users from before user.v2. */
  readonly createTime: Date | undefined;
}
