import type { MatrixCase } from '../matrix-case.ts';
import { calls } from './calls.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const users = 'user.v1.UserService';
const usersV2 = 'user.v2.UserService';

const getUserV2 = calls(`${usersV2}/GetUser`);
const createUserV2 = calls(`${usersV2}/CreateUser`);
const getUser = calls(`${users}/GetUser`);
const listUsersV2 = calls(`${usersV2}/ListUsers`);
const listUsers = calls(`${users}/ListUsers`);
const updateUserV2 = calls(`${usersV2}/UpdateUser`);

/** Users of `userCases`. */
const aoife = { id: 'usr-1', name: 'Aoife', email: 'aoife@example.com' };
const maeve = { id: 'usr-4', name: 'Maeve ☘ 😀', email: 'maeve@example.com', createTime: '{maeveTime}' };

const niamh = { name: 'Niamh', email: 'niamh@example.com' };
const address = { street: 'Sráid na Siopaí 1', city: 'Gaillimh', zipCode: 'H91' };
const given = { ...niamh, age: 0, roles: ['b', 'a', 'b'], address };
const created = { id: 'usr-6', ...given, createTime: '{niamhTime}' };
const moved = { ...created, address: { ...address, city: 'Corcaigh' } };
const { age: _, ...ageless } = moved;
const renamed = { ...ageless, name: 'Niamh Ní Néill' };
const { roles: __, ...without } = renamed;
const orla = { id: 'usr-7', name: 'Orla', email: 'orla@example.com', address: {}, createTime: '{orlaTime}' };

const unknownUser = fails('NOT_FOUND', 'ErrorInfo USER_NOT_FOUND user.example.com user_id=usr-9000');

/** These cases follow `userCases`, on the same users. */
export const userV2Cases: readonly MatrixCase[] = [
  getUserV2('user.v2: a user without a creation time', { id: 'usr-1' }, ok({ user: aoife })),
  getUserV2('user.v2: a user who was created by user.v1', { id: 'usr-4' }, ok({ user: maeve })),
  getUserV2('user.v2: an unknown user', { id: 'usr-9000' }, unknownUser),
  ...['', '4', 'usr-0', 'usr-04', 'usr--4', 'usr-9223372036854775808'].map((id) =>
    getUserV2(`user.v2: the id "${id}"`, { id }, badFields('id')),
  ),
  createUserV2('user.v2: no user', {}, badFields('user')),
  createUserV2(
    'user.v2: a new user with only invalid fields',
    {
      user: {
        name: 'two\nlines',
        email: 'nobody',
        age: 151,
        roles: ['ok', 'Not', '', 'a'.repeat(51)],
        address: { street: '\t', city: 'ü'.repeat(201), country: '\u0000', zipCode: '\u007f' },
      },
      requestId: 'x',
    },
    badFields(
      'user.name',
      'user.email',
      'user.age',
      'user.roles[1]',
      'user.roles[2]',
      'user.roles[3]',
      'user.address.street',
      'user.address.city',
      'user.address.country',
      'user.address.zip_code',
      'request_id',
    ),
  ),
  createUserV2(
    'user.v2: an age below zero and 21 roles',
    { user: { ...niamh, age: -1, roles: Array.from({ length: 21 }, () => 'a') } },
    badFields('user.age', 'user.roles'),
  ),
  createUserV2(
    'user.v2: a new user, of age zero, with a request id of user.v1’s CreateUser',
    { user: { ...given, id: 'usr-1', createTime: '2001-02-03T04:05:06Z' }, requestId },
    ok({ user: created }),
  ),
  createUserV2(
    'user.v2: the same request again, without fields that the server ignores',
    { user: given, requestId: requestId.toUpperCase() },
    ok({ user: created }),
  ),
  createUserV2(
    'user.v2: another request with the same id, without an age',
    { user: { ...niamh, roles: given.roles, address }, requestId },
    reused('user'),
  ),
  createUserV2(
    'user.v2: a new user with an empty address',
    { user: { name: 'Orla', email: 'orla@example.com', address: {} } },
    ok({ user: orla }),
  ),
  getUser('a user who was created by user.v2', { id: '6' }, ok({ id: '6', ...niamh })),
  listUsersV2('user.v2: the first page of users', { pageSize: 1 }, ok({ users: [aoife], nextPageToken: 'djE6MQ' })),
  listUsersV2(
    'user.v2: a page by the token of user.v1',
    { pageSize: 1, pageToken: 'djE6NQ' },
    ok({ users: [created], nextPageToken: 'djE6Ng' }),
  ),
  listUsers(
    'the last page by the token of user.v2',
    { pageSize: 1, pageToken: 'djE6Ng' },
    ok({ users: [{ id: '7', name: 'Orla', email: 'orla@example.com' }] }),
  ),
  listUsersV2(
    'user.v2: an invalid page size and token',
    { pageSize: -1, pageToken: 'djI6MQ' },
    badFields('page_size', 'page_token'),
  ),
  updateUserV2('user.v2: a change without a user', {}, badFields('user')),
  updateUserV2('user.v2: a change of an unknown user', { user: { id: 'usr-9000', ...niamh } }, unknownUser),
  updateUserV2(
    'user.v2: an invalid change of an unknown user',
    { user: { id: 'usr-9000' }, updateMask: { paths: ['name'] } },
    badFields('user.name'),
  ),
  updateUserV2(
    'user.v2: a change with only invalid fields, and invalid fields outside of its mask',
    {
      user: { id: '6', email: 'nobody', age: 200, roles: ['Not'], address: { street: '\t', city: '\t' } },
      updateMask: {
        paths: ['address.city', 'nickname', 'age', 'name', 'id', 'create_time', 'address.town', 'name.x', 'roles.x'],
      },
    },
    badFields(
      'user.id',
      'user.name',
      'user.age',
      'user.address.city',
      ...[1, 4, 5, 6, 7, 8].map((index) => `update_mask.paths[${index}]`),
    ),
  ),
  updateUserV2(
    'user.v2: invalid paths in a mask',
    { user: { id: 'usr-6', ...niamh }, updateMask: { paths: ['*', '', 'zipCode'] } },
    badFields('update_mask.paths[1]', 'update_mask.paths[2]'),
  ),
  updateUserV2(
    'user.v2: one part of an address changed',
    {
      user: { id: 'usr-6', name: 'Nobody', address: { street: 'Nowhere', city: 'Corcaigh' } },
      updateMask: { paths: ['address.city'] },
    },
    ok({ user: moved }),
  ),
  updateUserV2(
    'user.v2: an age cleared',
    { user: { id: 'usr-6' }, updateMask: { paths: ['age'] } },
    ok({ user: ageless }),
  ),
  updateUserV2(
    'user.v2: the set fields changed, without a mask',
    { user: { id: 'usr-6', name: renamed.name } },
    ok({ user: renamed }),
  ),
  updateUserV2(
    'user.v2: roles cleared',
    { user: { id: 'usr-6' }, updateMask: { paths: ['roles'] } },
    ok({ user: without }),
  ),
  updateUserV2(
    'user.v2: an age of zero and a whole address, with an empty mask',
    { user: { id: 'usr-6', age: 0, address: { country: 'Éire' } }, updateMask: { paths: [] } },
    ok({ user: { ...without, age: 0, address: { country: 'Éire' } } }),
  ),
  updateUserV2(
    'user.v2: an address cleared, with a part of it in the mask too',
    { user: { id: 'usr-7' }, updateMask: { paths: ['address', 'address.zip_code'] } },
    ok({ user: { id: 'usr-7', name: 'Orla', email: 'orla@example.com', createTime: '{orlaTime}' } }),
  ),
  updateUserV2(
    'user.v2: a part of a missing address',
    { user: { id: 'usr-7' }, updateMask: { paths: ['address.zip_code'] } },
    ok({ user: orla }),
  ),
  updateUserV2('user.v2: nothing to change', { user: { id: 'usr-7' } }, ok({ user: orla })),
  updateUserV2(
    'user.v2: everything changed',
    { user: { id: 'usr-6', ...niamh, roles: ['reader'] }, updateMask: { paths: ['*'] } },
    ok({ user: { id: 'usr-6', ...niamh, roles: ['reader'], createTime: '{niamhTime}' } }),
  ),
];
