import type { MatrixCase } from '../matrix-case.ts';
import { calls } from './calls.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const users = 'user.v1.UserService';

const getUser = calls(`${users}/GetUser`);
const createUser = calls(`${users}/CreateUser`);
const listUsers = calls(`${users}/ListUsers`);

const aoife = { id: '1', name: 'Aoife', email: 'aoife@example.com' };
/** More than a double can represent. */
const large = '9223372036854775807';

/** After these cases there are five users. */
export const userCases: readonly MatrixCase[] = [
  getUser('a user', { id: '1' }, ok(aoife)),
  getUser(
    'an unknown user',
    { id: large },
    fails('NOT_FOUND', `ErrorInfo USER_NOT_FOUND user.example.com user_id=${large}`),
  ),
  getUser('no user id', {}, badFields('id')),
  getUser('a negative user id', { id: '-1' }, badFields('id')),
  createUser(
    'a new user',
    { name: 'Maeve ☘ 😀', email: 'maeve@example.com', requestId },
    ok({ id: '4', name: 'Maeve ☘ 😀', email: 'maeve@example.com' }),
  ),
  createUser(
    'the same request again, its id in capitals',
    { name: 'Maeve ☘ 😀', email: 'maeve@example.com', requestId: requestId.toUpperCase() },
    ok({ id: '4', name: 'Maeve ☘ 😀', email: 'maeve@example.com' }),
  ),
  createUser(
    'another request with the same id',
    { name: 'Niamh', email: 'niamh@example.com', requestId },
    reused('user'),
  ),
  createUser(
    'a new user with only invalid fields',
    { name: 'two\nlines', email: 'nobody', requestId: 'x' },
    badFields('name', 'email', 'request_id'),
  ),
  createUser('a name of 201 characters', { name: '😀'.repeat(201), email: 'a@example.com' }, badFields('name')),
  createUser(
    'a name of 200 characters of four bytes',
    { name: '😀'.repeat(200), email: 'a@example.com' },
    ok({ id: '5', name: '😀'.repeat(200), email: 'a@example.com' }),
  ),
  listUsers('the first page of users', { pageSize: 1 }, ok({ users: [aoife], nextPageToken: 'djE6MQ' })),
  listUsers(
    'the last page of users',
    { pageSize: 1, pageToken: 'djE6NA' },
    ok({ users: [{ id: '5', name: '😀'.repeat(200), email: 'a@example.com' }] }),
  ),
  listUsers('an invalid page token', { pageToken: 'djI6MQ' }, badFields('page_token')),
  listUsers('a negative page size', { pageSize: -1 }, badFields('page_size')),
];
