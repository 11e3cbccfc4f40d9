import type { MatrixCase } from '../matrix-case.ts';
import { badFields, fails, ok } from './outcomes.ts';

const users = 'user.v1.UserService';
const usersV2 = 'user.v2.UserService';
const orders = 'order.v1.OrderService';

const aoife = { name: 'Aoife', email: 'aoife@example.com' };
const item = { productId: 'p-1', quantity: 3, unitPrice: 0.1 };
const confirmed = {
  id: '{order}',
  customerId: 'c-1',
  items: [item],
  total: 0.3,
  status: 'ORDER_STATUS_CONFIRMED',
  createTime: '{orderTime}',
};

/** Authorization and rate limits. */
export const accessCases: readonly MatrixCase[] = [
  {
    name: 'no token',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'nobody',
    expected: fails('UNAUTHENTICATED'),
  },
  {
    name: 'a token signed with another key',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'forger',
    expected: fails('UNAUTHENTICATED'),
  },
  {
    name: 'a token without the scope of the call',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Maeve', email: 'maeve@example.com' }],
    caller: 'reader',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'a token with the scope of the call',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'reader',
    expected: ok({ id: '1', ...aoife }),
  },
  {
    name: 'an order of the caller',
    method: `${orders}/GetOrder`,
    requests: [{ id: '{order}' }],
    caller: 'customer c-1',
    expected: ok(confirmed),
  },
  {
    name: 'an order in the name of another customer',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-2' }],
    caller: 'customer c-1',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'an order of another customer, by an admin',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-2' }],
    mode: 'secure',
    expected: ok({ id: '{other}', customerId: 'c-2', status: 'ORDER_STATUS_PENDING', createTime: '{otherTime}' }),
  },
  {
    name: 'an order of another customer, by a customer',
    method: `${orders}/GetOrder`,
    requests: [{ id: '{other}' }],
    caller: 'customer c-1',
    expected: fails('NOT_FOUND', 'ErrorInfo ORDER_NOT_FOUND order.example.com order_id={other}'),
  },
  {
    name: 'a status that only an admin may set',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}', status: 'ORDER_STATUS_SHIPPED' }],
    caller: 'customer c-1',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'user.v2: no token',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-1' }],
    caller: 'nobody',
    expected: fails('UNAUTHENTICATED'),
  },
  {
    name: 'user.v2: a token with the scope of the call',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-1' }],
    caller: 'reader',
    expected: ok({ user: { id: 'usr-1', ...aoife } }),
  },
  {
    name: 'user.v2: a token with the scope of lists',
    method: `${usersV2}/ListUsers`,
    requests: [{ pageSize: -1 }],
    caller: 'reader',
    expected: badFields('page_size'),
  },
  {
    name: 'user.v2: a token without the scope of new users',
    method: `${usersV2}/CreateUser`,
    requests: [{ user: aoife }],
    caller: 'reader',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'user.v2: a token without the scope of changes',
    method: `${usersV2}/UpdateUser`,
    requests: [{ user: { id: 'usr-1' } }],
    caller: 'reader',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'more calls than one a second',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    mode: 'throttled',
    times: 100,
    expected: fails('RESOURCE_EXHAUSTED', 'RetryInfo'),
  },
  {
    name: 'user.v2: more calls than one a second',
    method: `${usersV2}/GetUser`,
    requests: [{ id: 'usr-1' }],
    mode: 'throttled',
    times: 100,
    expected: fails('RESOURCE_EXHAUSTED', 'RetryInfo'),
  },
];
