import { expect, it } from 'vitest';
import type { UserDetails } from './user.ts';
import { resolveChange, type UserChange } from './user-update.ts';

const address = { street: 'Sráid 1', city: 'Gaillimh', country: '', zipCode: 'H91' };
const full: UserDetails = { name: 'Saoirse', email: 's@example.com', age: 0, roles: ['a'], address };
const cleared = { age: undefined, roles: [], address: undefined };
const empty: UserDetails = { name: '', email: '', ...cleared };

it.each<[string, UserDetails, string[], UserChange]>([
  ['one field', full, ['age'], { fields: { age: 0 }, addressParts: {} }],
  ['all fields', full, ['*'], { fields: full, addressParts: {} }],
  ['all fields with * next to other paths', full, ['age', '*', 'address.city'], { fields: full, addressParts: {} }],
  ['a part of the address', full, ['address.zip_code'], { fields: {}, addressParts: { zipCode: 'H91' } }],
  ['a part of the address that is not set', empty, ['address.city'], { fields: {}, addressParts: { city: '' } }],
  [
    'the whole address, named with one of its parts',
    full,
    ['address.city', 'address'],
    { fields: { address }, addressParts: {} },
  ],
  ['fields that are not set', empty, ['age', 'roles', 'address'], { fields: cleared, addressParts: {} }],
  ['the fields that are set, without a mask', full, [], { fields: full, addressParts: {} }],
  ['nothing without a mask and fields', empty, [], { fields: {}, addressParts: {} }],
])('resolveChange changes %s', (_, values, paths, change) => {
  expect(resolveChange(values, paths)).toStrictEqual(change);
});
