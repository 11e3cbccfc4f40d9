import type { Address, User, UserDetails } from './user.ts';

/** The update that a caller requests. */
export interface UserUpdate extends UserDetails {
  /** The id in the form of user.v2, such as `usr-4`. */
  readonly id: string;
}

/** An update resolved to the values that change. */
export interface UserChange {
  /** New values of fields that change as a whole. */
  readonly fields: Partial<UserDetails>;
  /** New values of parts of the address. The other parts keep their values. */
  readonly addressParts: Partial<Address>;
}

const all = '*';
/** The fields by their paths in a field mask. */
const fieldsByPath = {
  name: 'name',
  email: 'email',
  age: 'age',
  roles: 'roles',
  address: 'address',
} as const satisfies Readonly<Record<string, keyof UserDetails>>;
const addressParts: Readonly<Record<string, keyof Address>> = {
  'address.street': 'street',
  'address.city': 'city',
  'address.country': 'country',
  'address.zip_code': 'zipCode',
};
const knownPaths: ReadonlySet<string> = new Set([all, ...Object.keys(fieldsByPath), ...Object.keys(addressParts)]);
const emptyAddress: Address = { street: '', city: '', country: '', zipCode: '' };

/** Whether a field mask may contain the path. */
export function isKnownPath(path: string): boolean {
  return knownPaths.has(path);
}

/**
 * @param values the new values
 * @param paths the field mask; empty for the fields that are set in `values`. Unknown paths are ignored; `address`
 * includes its parts
 */
export function resolveChange(values: UserDetails, paths: readonly string[]): UserChange {
  const named = new Set(paths.length === 0 ? setFields(values) : paths);
  const isNamed = ([path]: readonly [string, unknown]) => named.has(path) || named.has(all);
  const fields = Object.entries(fieldsByPath)
    .filter(isNamed)
    .map(([, field]) => field);
  const parts = Object.entries(addressParts).filter(([path]) => named.has(path) && !fields.includes('address'));
  return {
    fields: Object.fromEntries(fields.map((field) => [field, values[field]])),
    addressParts: Object.fromEntries(parts.map(([, part]) => [part, values.address?.[part] ?? ''])),
  };
}

/** @returns the user after the change */
export function applyChange(user: User, change: UserChange): User {
  const after = { ...user, ...change.fields };
  if (Object.keys(change.addressParts).length > 0) {
    after.address = { ...(after.address ?? emptyAddress), ...change.addressParts };
  }
  return after;
}

/** An empty text or list counts as unset. */
function setFields(values: UserDetails): string[] {
  const isSet = (value: unknown) =>
    value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  return Object.entries(fieldsByPath).flatMap(([path, field]) => (isSet(values[field]) ? [path] : []));
}
