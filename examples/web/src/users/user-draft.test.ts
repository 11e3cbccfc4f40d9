import { create } from '@bufbuild/protobuf';
import { UserSchema } from '@example/protos/user/v2';
import { expect, it } from 'vitest';
import { changedPaths, draftOf, type UserDraft, userOf } from './user-draft.ts';

const aoife = create(UserSchema, {
  id: 'usr-1',
  name: 'Aoife',
  email: 'aoife@example.com',
  age: 30,
  roles: ['admin', 'editor'],
  address: { street: '1 Main Street', city: 'Cork' },
});

it.each<[string, Partial<UserDraft>, string[]]>([
  ['nothing', {}, []],
  ['the name', { name: 'Aoife B.' }, ['name']],
  ['the age to 0', { age: 0 }, ['age']],
  ['the age to unknown', { age: undefined }, ['age']],
  ['the order of roles', { roles: ['editor', 'admin'] }, ['roles']],
  ['parts of the address', { city: '', zipCode: 'T12' }, ['address.city', 'address.zip_code']],
  ['the whole address to nothing', { street: '', city: '' }, ['address']],
])('names in the field mask what the form changes: %s', (_what, change, paths) => {
  expect(changedPaths(aoife, { ...draftOf(aoife), ...change })).toEqual(paths);
});

it('leaves out the address and the age if their fields are empty', () => {
  const user = create(UserSchema, userOf({ ...draftOf(undefined), name: 'Niamh', email: 'niamh@example.com' }));
  expect(user).toEqual(create(UserSchema, { name: 'Niamh', email: 'niamh@example.com' }));
});
