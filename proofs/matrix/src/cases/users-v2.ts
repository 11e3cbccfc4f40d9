import type { MatrixCase } from '../matrix-case.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const users = 'user.v1.UserService';
const usersV2 = 'user.v2.UserService';

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

/** These follow `userCases`, on the same users. */
export const userV2Cases: readonly MatrixCase[] = [
  {
    name: 'user.v2: a user without a creation time',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-1' }],
    expected: ok({ user: aoife }),
  },
  {
    name: 'user.v2: a user who was created by user.v1',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-4' }],
    expected: ok({ user: maeve }),
  },
  {
    name: 'user.v2: an unknown user',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-9000' }],
    expected: unknownUser,
  },
  ...['', '4', 'usr-0', 'usr-04', 'usr--4', 'usr-9223372036854775808'].map((id) => ({
    name: `user.v2: the id "${id}"`,
    method: `${usersV2}/GetUser`,
    requests: [{ id }],
    expected: badFields('id'),
  })),
  { name: 'user.v2: no user', method: `${usersV2}/CreateUser`, requests: [{}], expected: badFields('user') },
  {
    name: 'user.v2: a new user with only invalid fields',
    method: `${usersV2}/CreateUser`,
    requests: [
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
    ],
    expected: badFields(
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
  },
  {
    name: 'user.v2: an age below zero and 21 roles',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: { ...niamh, age: -1, roles: Array.from({ length: 21 }, () => 'a') } }],
    expected: badFields('user.age', 'user.roles'),
  },
  {
    name: 'user.v2: a new user, of age zero, with a request id of user.v1’s CreateUser',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: { ...given, id: 'usr-1', createTime: '2001-02-03T04:05:06Z' }, requestId }],
    expected: ok({ user: created }),
  },
  {
    name: 'user.v2: the same request again, without fields that the server ignores',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: given, requestId: requestId.toUpperCase() }],
    expected: ok({ user: created }),
  },
  {
    name: 'user.v2: another request with the same id, without an age',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: { ...niamh, roles: given.roles, address }, requestId }],
    expected: reused('user'),
  },
  {
    name: 'user.v2: a new user with an empty address',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: { name: 'Orla', email: 'orla@example.com', address: {} } }],
    expected: ok({ user: orla }),
  },
  {
    name: 'a user who was created by user.v2',
    method: `${users}/GetUser`,
    requests: [{ id: '6' }],
    expected: ok({ id: '6', ...niamh }),
  },
  {
    name: 'user.v2: the first page of users',
    method: `${usersV2}/ListUsers`,
    requests: [{ pageSize: 1 }],
    expected: ok({ users: [aoife], nextPageToken: 'djE6MQ' }),
  },
  {
    name: 'user.v2: a page by the token of user.v1',
    method: `${usersV2}/ListUsers`,
    requests: [{ pageSize: 1, pageToken: 'djE6NQ' }],
    expected: ok({ users: [created], nextPageToken: 'djE6Ng' }),
  },
  {
    name: 'the last page by the token of user.v2',
    method: `${users}/ListUsers`,
    requests: [{ pageSize: 1, pageToken: 'djE6Ng' }],
    expected: ok({ users: [{ id: '7', name: 'Orla', email: 'orla@example.com' }] }),
  },
  {
    name: 'user.v2: an invalid page size and token',
    method: `${usersV2}/ListUsers`,
    requests: [{ pageSize: -1, pageToken: 'djI6MQ' }],
    expected: badFields('page_size', 'page_token'),
  },
  {
    name: 'user.v2: a change without a user',
    method: `${usersV2}/UpdateUser`,
    requests: [{}],
    expected: badFields('user'),
  },
  {
    name: 'user.v2: a change of an unknown user',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-9000', ...niamh } }],
    expected: unknownUser,
  },
  {
    name: 'user.v2: an invalid change of an unknown user',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-9000' }, updateMask: { paths: ['name'] } }],
    expected: badFields('user.name'),
  },
  {
    name: 'user.v2: a change with only invalid fields, and invalid fields outside of its mask',
    method: `${usersV2}/UpdateUser`,
    requests: [
      {
        user: { id: '6', email: 'nobody', age: 200, roles: ['Not'], address: { street: '\t', city: '\t' } },
        updateMask: {
          paths: ['address.city', 'nickname', 'age', 'name', 'id', 'create_time', 'address.town', 'name.x', 'roles.x'],
        },
      },
    ],
    expected: badFields(
      'user.id',
      'user.name',
      'user.age',
      'user.address.city',
      ...[1, 4, 5, 6, 7, 8].map((index) => `update_mask.paths[${index}]`),
    ),
  },
  {
    name: 'user.v2: invalid paths in a mask',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6', ...niamh }, updateMask: { paths: ['*', '', 'zipCode'] } }],
    expected: badFields('update_mask.paths[1]', 'update_mask.paths[2]'),
  },
  {
    name: 'user.v2: one part of an address changed',
    method: `${usersV2}/UpdateUser`,
    requests: [
      {
        user: { id: 'usr-6', name: 'Nobody', address: { street: 'Nowhere', city: 'Corcaigh' } },
        updateMask: { paths: ['address.city'] },
      },
    ],
    expected: ok({ user: moved }),
  },
  {
    name: 'user.v2: an age cleared',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6' }, updateMask: { paths: ['age'] } }],
    expected: ok({ user: ageless }),
  },
  {
    name: 'user.v2: the set fields changed, without a mask',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6', name: renamed.name } }],
    expected: ok({ user: renamed }),
  },
  {
    name: 'user.v2: roles cleared',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6' }, updateMask: { paths: ['roles'] } }],
    expected: ok({ user: without }),
  },
  {
    name: 'user.v2: an age of zero and a whole address, with an empty mask',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6', age: 0, address: { country: 'Éire' } }, updateMask: { paths: [] } }],
    expected: ok({ user: { ...without, age: 0, address: { country: 'Éire' } } }),
  },
  {
    name: 'user.v2: an address cleared, with a part of it in the mask too',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-7' }, updateMask: { paths: ['address', 'address.zip_code'] } }],
    expected: ok({ user: { id: 'usr-7', name: 'Orla', email: 'orla@example.com', createTime: '{orlaTime}' } }),
  },
  {
    name: 'user.v2: a part of a missing address',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-7' }, updateMask: { paths: ['address.zip_code'] } }],
    expected: ok({ user: orla }),
  },
  {
    name: 'user.v2: nothing to change',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-7' } }],
    expected: ok({ user: orla }),
  },
  {
    name: 'user.v2: everything changed',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-6', ...niamh, roles: ['reader'] }, updateMask: { paths: ['*'] } }],
    expected: ok({ user: { id: 'usr-6', ...niamh, roles: ['reader'], createTime: '{niamhTime}' } }),
  },
];
