import type { MatrixCase } from '../matrix-case.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const orders = 'order.v1.OrderService';

const item = { productId: 'p-1', quantity: 3, unitPrice: 0.1 };
const second = { productId: 'p-2', quantity: 1, unitPrice: 29.99 };
const order = { id: '{order}', customerId: 'c-1', items: [item], total: 0.3, createTime: '{orderTime}' };
const pending = { ...order, status: 'ORDER_STATUS_PENDING' };
const unknownOrder = 'ord-01936a2f-7c3e-7b1a-9f00-000000000000';
const orderNotFound = fails('NOT_FOUND', `ErrorInfo ORDER_NOT_FOUND order.example.com order_id=${unknownOrder}`);

/** After these cases {order} is a confirmed order of c-1. */
export const orderCases: readonly MatrixCase[] = [
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
    name: 'another order with the same request id',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: [second], requestId }],
    expected: reused('order'),
  },
  {
    name: 'an order without items',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1' }],
    expected: ok({ id: '{empty}', customerId: 'c-1', status: 'ORDER_STATUS_PENDING', createTime: '{emptyTime}' }),
  },
  {
    name: 'an order with only invalid fields',
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
    name: 'more violations than a response lists',
    method: `${orders}/CreateOrder`,
    requests: [{ customerId: 'c-1', items: Array.from({ length: 30 }, () => ({ ...item, quantity: 0 })) }],
    expected: badFields(...Array.from({ length: 20 }, (_, i) => `items[${i}].quantity`)),
  },
  { name: 'an order', method: `${orders}/GetOrder`, requests: [{ id: '{order}' }], expected: ok(pending) },
  {
    name: 'an unknown order',
    method: `${orders}/GetOrder`,
    requests: [{ id: unknownOrder }],
    expected: orderNotFound,
  },
  { name: 'no order id', method: `${orders}/GetOrder`, requests: [{}], expected: badFields('id') },
  {
    name: 'an upload whose items are not stored',
    method: `${orders}/UploadLineItems`,
    requests: [item, second],
    expected: ok({ itemCount: 2, totalQuantity: '4', total: 30.29 }),
  },
  { name: 'an upload without items', method: `${orders}/UploadLineItems`, requests: [], expected: ok({}) },
  {
    name: 'an upload with an invalid item',
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
    name: 'items for an unknown order',
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
    name: 'the orders of a customer, the oldest first',
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
    name: 'an unknown status',
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
    name: 'a chat about an unknown order',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: unknownOrder, sender: 'Aoife' }],
    expected: orderNotFound,
  },
  { name: 'a chat without messages', method: `${orders}/OrderChat`, requests: [], expected: badFields('order_id') },
  {
    name: 'a chat from beyond its last message',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: '{order}', sender: 'Aoife', sequence: '3' }],
    expected: badFields('sequence'),
  },
  {
    name: 'a chat that goes on until its deadline',
    method: `${orders}/OrderChat`,
    requests: [{ orderId: '{order}', sender: 'Aoife', sequence: '2' }],
    timeoutMs: 500,
    holdOpen: true,
    expected: fails('DEADLINE_EXCEEDED'),
    onReset: fails('CANCELLED'),
  },
];
