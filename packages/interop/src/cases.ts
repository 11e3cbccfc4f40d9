import type { JsonObject } from '@bufbuild/protobuf';
import type { InteropCase, Outcome } from './interop-case.ts';

const users = 'user.v1.UserService';
const orders = 'order.v1.OrderService';

const ok = (...answers: JsonObject[]): Outcome => ({ code: 'OK', answers, details: [] });
const fails = (code: string, ...details: string[]): Outcome => ({ code, answers: [], details });
const badFields = (...fields: string[]): Outcome => fails('INVALID_ARGUMENT', `BadRequest ${fields.join(' ')}`);

const aoife = { id: '1', name: 'Aoife', email: 'aoife@example.com' };
const item = { productId: 'p-1', quantity: 3, unitPrice: 0.1 };
const second = { productId: 'p-2', quantity: 1, unitPrice: 29.99 };
const order = { id: '{order}', customerId: 'c-1', items: [item], total: 0.3, createTime: '{orderTime}' };
const pending = { ...order, status: 'ORDER_STATUS_PENDING' };
const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const unknownOrder = 'ord-01936a2f-7c3e-7b1a-9f00-000000000000';
const orderNotFound = fails('NOT_FOUND', `ErrorInfo ORDER_NOT_FOUND order.example.com order_id=${unknownOrder}`);
const reused = (domain: string) =>
  fails('ALREADY_EXISTS', `ErrorInfo REQUEST_ID_REUSED ${domain}.example.com request_id=${requestId}`);
/** Beyond what a double can hold. */
const large = '9223372036854775807';

/** In the order in which they are made, on a fresh server. */
export const cases: readonly InteropCase[] = [
  { name: 'a user', method: `${users}/GetUser`, requests: [{ id: '1' }], expected: ok(aoife) },
  {
    name: 'a user who is not there',
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
    name: 'another request under its id',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Niamh', email: 'niamh@example.com', requestId }],
    expected: reused('user'),
  },
  {
    name: 'every field of a new user wrong',
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
    name: 'a name of 200 characters, none of which is one byte',
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
    name: 'a page token that is none',
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
  {
    name: 'a new order, its total exact',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: [item], requestId }],
    expected: ok(pending),
  },
  {
    name: 'the same order again',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: [item], requestId }],
    expected: ok(pending),
  },
  {
    name: 'another order under its id',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: [second], requestId }],
    expected: reused('order'),
  },
  {
    name: 'an order of nothing',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1' }],
    expected: ok({ id: '{empty}', customerId: 'c-1', status: 'ORDER_STATUS_PENDING', createTime: '{emptyTime}' }),
  },
  {
    name: 'every field of an order wrong',
    method: `${orders}/CreateOrder`,
    requests: [
      {
        items: [
          { productId: '', quantity: 0, unitPrice: 'NaN' },
          { ...item, orderId: 'o' },
          { ...item, quantity: 1_000_001, unitPrice: -1 },
        ],
      },
    ],
    expected: badFields(
      'customer_id',
      'items[0].product_id',
      'items[0].quantity',
      'items[0].unit_price',
      'items[1].order_id',
      'items[2].quantity',
      'items[2].unit_price',
    ),
  },
  {
    name: 'more violations than are named',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: Array.from({ length: 30 }, () => ({ ...item, quantity: 0 })) }],
    expected: badFields(...Array.from({ length: 20 }, (_, i) => `items[${i}].quantity`)),
  },
  { name: 'an order', method: `${orders}/GetOrder`, requests: [{ id: '{order}' }], expected: ok(pending) },
  {
    name: 'an order that is not there',
    method: `${orders}/GetOrder`,
    requests: [{ id: unknownOrder }],
    expected: orderNotFound,
  },
  { name: 'no order id', method: `${orders}/GetOrder`, requests: [{}], expected: badFields('id') },
  {
    name: 'items of one upload, none of them stored',
    method: `${orders}/UploadLineItems`,
    requests: [item, second],
    expected: ok({ itemCount: 2, totalQuantity: '4', total: 30.29 }),
  },
  { name: 'an upload of nothing', method: `${orders}/UploadLineItems`, requests: [], expected: ok({}) },
  {
    name: 'an upload with a wrong item',
    method: `${orders}/UploadLineItems`,
    requests: [item, { ...item, quantity: -1 }],
    expected: badFields('items[1].quantity'),
  },
  {
    name: 'items for an order, with a key',
    method: `${orders}/UploadLineItems`,
    metadata: { 'idempotency-key': requestId },
    requests: [{ ...second, orderId: '{empty}' }, second],
    expected: ok({ itemCount: 2, totalQuantity: '2', total: 59.98, orderId: '{empty}' }),
  },
  {
    name: 'the same items again',
    method: `${orders}/UploadLineItems`,
    metadata: { 'idempotency-key': requestId },
    requests: [{ ...second, orderId: '{empty}' }, second],
    expected: ok({ itemCount: 2, totalQuantity: '2', total: 59.98, orderId: '{empty}' }),
  },
  {
    name: 'items for an order that is not there',
    method: `${orders}/UploadLineItems`,
    requests: [{ ...item, orderId: unknownOrder }],
    expected: orderNotFound,
  },
  {
    name: 'more items than an order may have',
    method: `${orders}/UploadLineItems`,
    requests: [{ ...item, orderId: '{empty}' }, ...Array.from({ length: 999 }, () => item)],
    expected: fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_SIZE {empty}'),
  },
  {
    name: 'the orders of a customer, in the order they came',
    method: `${orders}/ListOrders`,
    requests: [{ customerId: 'c-1' }],
    expected: ok(pending, {
      id: '{empty}',
      customerId: 'c-1',
      items: [second, second],
      total: 59.98,
      status: 'ORDER_STATUS_PENDING',
      createTime: '{emptyTime}',
    }),
  },
  {
    name: 'the orders of a customer who has none',
    method: `${orders}/ListOrders`,
    requests: [{ customerId: 'c-2' }],
    expected: ok(),
  },
  { name: 'no customer', method: `${orders}/ListOrders`, requests: [{}], expected: badFields('customer_id') },
  {
    name: 'an order that skips a status',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}', status: 'ORDER_STATUS_SHIPPED' }],
    expected: fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_STATUS {order}'),
  },
  {
    name: 'an order that is confirmed',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}', status: 'ORDER_STATUS_CONFIRMED' }],
    expected: ok({ ...order, status: 'ORDER_STATUS_CONFIRMED' }),
  },
  {
    name: 'an order that is confirmed already',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}', status: 'ORDER_STATUS_CONFIRMED' }],
    expected: ok({ ...order, status: 'ORDER_STATUS_CONFIRMED' }),
  },
  {
    name: 'items for an order that is not pending',
    method: `${orders}/UploadLineItems`,
    requests: [{ ...item, orderId: '{order}' }],
    expected: fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_STATUS {order}'),
  },
  {
    name: 'no status',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}' }],
    expected: badFields('status'),
  },
  {
    name: 'a status that the server does not know',
    method: `${orders}/UpdateOrderStatus`,
    requests: [{ id: '{order}', status: 9 }],
    expected: badFields('status'),
  },
  {
    name: 'a chat',
    method: `${orders}/OrderChat`,
    requests: [
      { orderId: '{order}', sender: 'Aoife', text: 'dia duit', messageId: requestId },
      { text: 'two\nlines\tand a tab' },
      { text: 'dia duit', messageId: requestId },
    ],
    expected: ok(
      {
        orderId: '{order}',
        sender: 'Aoife',
        text: 'dia duit',
        createTime: '{time1}',
        sequence: '1',
        messageId: requestId,
      },
      { orderId: '{order}', sender: 'Aoife', text: 'two\nlines\tand a tab', createTime: '{time2}', sequence: '2' },
    ),
  },
  {
    name: 'the chat from its first message on',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: '{order}', sender: 'Niamh', sequence: '1' }],
    expected: ok({
      orderId: '{order}',
      sender: 'Aoife',
      text: 'two\nlines\tand a tab',
      createTime: '{time2}',
      sequence: '2',
    }),
  },
  {
    name: 'a chat about an order that is not there',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: unknownOrder, sender: 'Aoife' }],
    expected: orderNotFound,
  },
  { name: 'a chat about nothing', method: `${orders}/OrderChat`, requests: [], expected: badFields('order_id') },
  {
    name: 'a chat from beyond its last message',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: '{order}', sender: 'Aoife', sequence: '3' }],
    expected: badFields('sequence'),
  },
  {
    name: 'no token',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'nobody',
    expected: fails('UNAUTHENTICATED'),
  },
  {
    name: 'a token that somebody else has signed',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'forger',
    expected: fails('UNAUTHENTICATED'),
  },
  {
    name: 'a token that allows something else',
    method: `${users}/CreateUser`,
    requests: [{ name: 'Maeve', email: 'maeve@example.com' }],
    caller: 'reader',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'a token that allows this',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    caller: 'reader',
    expected: ok(aoife),
  },
  {
    name: 'an order of one’s own',
    method: `${orders}/GetOrder`,
    requests: [{ id: '{order}' }],
    caller: 'customer c-1',
    expected: ok({ ...order, status: 'ORDER_STATUS_CONFIRMED' }),
  },
  {
    name: 'an order in the name of somebody else',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-2' }],
    caller: 'customer c-1',
    expected: fails('PERMISSION_DENIED'),
  },
  {
    name: 'an order of somebody else',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-2' }],
    mode: 'secure',
    expected: ok({ id: '{other}', customerId: 'c-2', status: 'ORDER_STATUS_PENDING', createTime: '{otherTime}' }),
  },
  {
    name: 'an order of somebody else, to a customer',
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
    name: 'more calls than one a second',
    method: `${users}/GetUser`,
    requests: [{ id: '1' }],
    mode: 'throttled',
    times: 10,
    expected: fails('RESOURCE_EXHAUSTED', 'RetryInfo'),
  },
];
