import type { Address, UserDetails } from './user.ts';
import type { UserChange } from './user-changes.ts';

/** An update as it is asked for. */
export interface UserUpdate extends UserDetails {
  /** As user.v2 has it, such as `usr-4`. */
  readonly id: string;
}

const all = '*';
const fieldNames = ['name', 'email', 'age', 'roles', 'address'] as const;
const addressParts: Readonly<Record<string, keyof Address>> = {
  'address.street': 'street',
  'address.city': 'city',
  'address.country': 'country',
  'address.zip_code': 'zipCode',
};
const known: ReadonlySet<string> = new Set([all, ...fieldNames, ...Object.keys(addressParts)]);

/** Whether callers may name it as a field to change, such as `address.zip_code`. */
export function isKnownPath(path: string): boolean {
  return known.has(path);
}

/**
 * What is to be changed.
 *
 * @param values what the named fields get
 * @param paths names of fields; empty for those that are set in `values`. A path that is not known names nothing; `address` covers
 * its parts
 */
export function changeOf(values: UserDetails, paths: readonly string[]): UserChange {
  const named = new Set(paths.length === 0 ? setFields(values) : paths);
  const fields = fieldNames.filter((field) => named.has(field) || named.has(all));
  const parts = Object.entries(addressParts).filter(([path]) => named.has(path) && !fields.includes('address'));
  return {
    fields: Object.fromEntries(fields.map((field) => [field, values[field]])),
    addressParts: Object.fromEntries(parts.map(([, part]) => [part, values.address?.[part] ?? ''])),
  };
}

function setFields({ name, email, age, roles, address }: UserDetails): string[] {
  const isSet = {
    name: name !== '',
    email: email !== '',
    age: age !== undefined,
    roles: roles.length > 0,
    address: address !== undefined,
  };
  return fieldNames.filter((field) => isSet[field]);
}
