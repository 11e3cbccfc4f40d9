import type { MatrixCase } from '../matrix-case.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const users = 'user.v1.UserService';

const aoife = { id: '1', name: 'Aoife', email: 'aoife@example.com' };
/** More than a double can represent. */
const large = '9223372036854775807';

/** After these cases there are five users. */
export const userCases: readonly MatrixCase[] = [
  { name: 'a user', method: `${users}/GetUser`, requests: [{ id: '1' }], expected: ok(aoife) },
  {
    name: 'an unknown user',
    method: `${users}/GetUser`,
    requests: [{ id: large }],
    expected: fails('NOT_FOUND', `ErrorInfo USER_NOT_FOUND user.example.com user_id=${large}`),
  },
  { name: 'no user id', method: `${users}/GetUser`, requests: [{}], expected: badFields('id') },
  { name: 'a negative user id', method: `${users}/GetUser`, requests: [{ id: '-1' }], expected: badFields('id') },
  {
    name: 'a new user',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Maeve ☘ 😀', email: 'maeve@example.com', requestId }],
    expected: ok({ id: '4', name: 'Maeve ☘ 😀', email: 'maeve@example.com' }),
  },
  {
    name: 'the same request again, its id in capitals',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Maeve ☘ 😀', email: 'maeve@example.com', requestId: requestId.toUpperCase() }],
    expected: ok({ id: '4', name: 'Maeve ☘ 😀', email: 'maeve@example.com' }),
  },
  {
    name: 'another request with the same id',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Niamh', email: 'niamh@example.com', requestId }],
    expected: reused('user'),
  },
  {
    name: 'a new user with only invalid fields',
    method: `${users}/CreateUser`,
    requests: [{ name: 'two\nlines', email: 'nobody', requestId: 'x' }],
    expected: badFields('name', 'email', 'request_id'),
  },
  {
    name: 'a name of 201 characters',
    method: `${users}/CreateUser`,
    requests: [{ name: '😀'.repeat(201), email: 'a@example.com' }],
    expected: badFields('name'),
  },
  {
    name: 'a name of 200 characters of four bytes',
    method: `${users}/CreateUser`,
    requests: [{ name: '😀'.repeat(200), email: 'a@example.com' }],
    expected: ok({ id: '5', name: '😀'.repeat(200), email: 'a@example.com' }),
  },
  {
    name: 'the first page of users',
    method: `${users}/ListUsers`,
    requests: [{ pageSize: 1 }],
    expected: ok({ users: [aoife], nextPageToken: 'djE6MQ' }),
  },
  {
    name: 'the last page of users',
    method: `${users}/ListUsers`,
    requests: [{ pageSize: 1, pageToken: 'djE6NA' }],
    expected: ok({ users: [{ id: '5', name: '😀'.repeat(200), email: 'a@example.com' }] }),
  },
  {
    name: 'an invalid page token',
    method: `${users}/ListUsers`,
    requests: [{ pageToken: 'djI6MQ' }],
    expected: badFields('page_token'),
  },
  {
    name: 'a negative page size',
    method: `${users}/ListUsers`,
    requests: [{ pageSize: -1 }],
    expected: badFields('page_size'),
  },
];
