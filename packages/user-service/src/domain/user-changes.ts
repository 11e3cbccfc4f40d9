import type { Address, User, UserDetails } from './user.ts';

/** What can be done to a user who is there. */
export interface UserChange {
  /** The fields that are here get these values. */
  readonly fields: Partial<UserDetails>;
  /** The parts of the address that are here get these values, and the others stay. */
  readonly addressParts: Partial<Address>;
}

const nothingKnown: Address = { street: '', city: '', country: '', zipCode: '' };

/** The user after a change. */
export function changed(user: User, { fields, addressParts }: UserChange): User {
  const after = { ...user, ...fields };
  if (Object.keys(addressParts).length === 0) return after;
  return { ...after, address: { ...(after.address ?? nothingKnown), ...addressParts } };
}
