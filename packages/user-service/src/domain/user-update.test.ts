import { expect, it } from 'vitest';
import type { UserDetails } from './user.ts';
import type { UserChange } from './user-changes.ts';
import { changeOf } from './user-update.ts';

const address = { street: 'Sráid 1', city: 'Gaillimh', country: '', zipCode: 'H91' };
const full: UserDetails = { name: 'Saoirse', email: 's@example.com', age: 0, roles: ['a'], address };
const cleared = { age: undefined, roles: [], address: undefined };
const empty: UserDetails = { name: '', email: '', ...cleared };

it.each<[string, UserDetails, string[], UserChange]>([
  ['one field', full, ['age'], { fields: { age: 0 }, addressParts: {} }],
  ['all fields', full, ['*'], { fields: full, addressParts: {} }],
  ['all fields, whatever stands beside', full, ['age', '*', 'address.city'], { fields: full, addressParts: {} }],
  ['a part', full, ['address.zip_code'], { fields: {}, addressParts: { zipCode: 'H91' } }],
  ['a part that is not set', empty, ['address.city'], { fields: {}, addressParts: { city: '' } }],
  ['the whole and a part', full, ['address.city', 'address'], { fields: { address }, addressParts: {} }],
  ['what is not set', empty, ['age', 'roles', 'address'], { fields: cleared, addressParts: {} }],
  ['what is set, without a mask', full, [], { fields: full, addressParts: {} }],
  ['nothing, without a mask', empty, [], { fields: {}, addressParts: {} }],
])('changes %s', (_, values, paths, change) => {
  expect(changeOf(values, paths)).toStrictEqual(change);
});
