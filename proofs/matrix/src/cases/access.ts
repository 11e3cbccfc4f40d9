import type { MatrixCase } from '../matrix-case.ts';
import { calls } from './calls.ts';
import { badFields, fails, ok } from './outcomes.ts';

const users = 'user.v1.UserService';
const usersV2 = 'user.v2.UserService';
const orders = 'order.v1.OrderService';

const getUser = calls(`${users}/GetUser`);
const createUser = calls(`${users}/CreateUser`);
const getOrder = calls(`${orders}/GetOrder`);
const createOrder = calls(`${orders}/CreateOrder`);
const updateOrderStatus = calls(`${orders}/UpdateOrderStatus`);
const getUserV2 = calls(`${usersV2}/GetUser`);
const listUsersV2 = calls(`${usersV2}/ListUsers`);
const createUserV2 = calls(`${usersV2}/CreateUser`);
const updateUserV2 = calls(`${usersV2}/UpdateUser`);

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
  getUser('no token', { id: '1' }, fails('UNAUTHENTICATED'), { caller: 'nobody' }),
  getUser('a token signed with another key', { id: '1' }, fails('UNAUTHENTICATED'), { caller: 'forger' }),
  createUser(
    'a token without the scope of the call',
    { name: 'Maeve', email: 'maeve@example.com' },
    fails('PERMISSION_DENIED'),
    { caller: 'reader' },
  ),
  getUser('a token with the scope of the call', { id: '1' }, ok({ id: '1', ...aoife }), { caller: 'reader' }),
  getOrder('an order of the caller', { id: '{order}' }, ok(confirmed), { caller: 'customer c-1' }),
  createOrder('an order in the name of another customer', { customerId: 'c-2' }, fails('PERMISSION_DENIED'), {
    caller: 'customer c-1',
  }),
  createOrder(
    'an order of another customer, by an admin',
    { customerId: 'c-2' },
    ok({ id: '{other}', customerId: 'c-2', status: 'ORDER_STATUS_PENDING', createTime: '{otherTime}' }),
    { mode: 'secure' },
  ),
  getOrder(
    'an order of another customer, by a customer',
    { id: '{other}' },
    fails('NOT_FOUND', 'ErrorInfo ORDER_NOT_FOUND order.example.com order_id={other}'),
    { caller: 'customer c-1' },
  ),
  updateOrderStatus(
    'a status that only an admin may set',
    { id: '{order}', status: 'ORDER_STATUS_SHIPPED' },
    fails('PERMISSION_DENIED'),
    { caller: 'customer c-1' },
  ),
  getUserV2('user.v2: no token', { id: 'usr-1' }, fails('UNAUTHENTICATED'), { caller: 'nobody' }),
  getUserV2('user.v2: a token with the scope of the call', { id: 'usr-1' }, ok({ user: { id: 'usr-1', ...aoife } }), {
    caller: 'reader',
  }),
  listUsersV2('user.v2: a token with the scope of lists', { pageSize: -1 }, badFields('page_size'), {
    caller: 'reader',
  }),
  createUserV2('user.v2: a token without the scope of new users', { user: aoife }, fails('PERMISSION_DENIED'), {
    caller: 'reader',
  }),
  updateUserV2('user.v2: a token without the scope of changes', { user: { id: 'usr-1' } }, fails('PERMISSION_DENIED'), {
    caller: 'reader',
  }),
  getUser('more calls than one a second', { id: '1' }, fails('RESOURCE_EXHAUSTED', 'RetryInfo'), {
    mode: 'throttled',
    times: 100,
  }),
  getUserV2('user.v2: more calls than one a second', { id: 'usr-1' }, fails('RESOURCE_EXHAUSTED', 'RetryInfo'), {
    mode: 'throttled',
    times: 100,
  }),
];
