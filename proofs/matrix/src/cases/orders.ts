import type { MatrixCase } from '../matrix-case.ts';
import { calls } from './calls.ts';
import { badFields, fails, ok, requestId, reused } from './outcomes.ts';

const orders = 'order.v1.OrderService';

const createOrder = calls(`${orders}/CreateOrder`);
const getOrder = calls(`${orders}/GetOrder`);
const uploadLineItems = calls(`${orders}/UploadLineItems`);
const listOrders = calls(`${orders}/ListOrders`);
const updateOrderStatus = calls(`${orders}/UpdateOrderStatus`);
const orderChat = calls(`${orders}/OrderChat`);

const item = { productId: 'p-1', quantity: 3, unitPrice: 0.1 };
const second = { productId: 'p-2', quantity: 1, unitPrice: 29.99 };
const order = { id: '{order}', customerId: 'c-1', items: [item], total: 0.3, createTime: '{orderTime}' };
const pending = { ...order, status: 'ORDER_STATUS_PENDING' };
const unknownOrder = 'ord-01936a2f-7c3e-7b1a-9f00-000000000000';
const orderNotFound = fails('NOT_FOUND', `ErrorInfo ORDER_NOT_FOUND order.example.com order_id=${unknownOrder}`);

/** After these cases {order} is a confirmed order of c-1. */
export const orderCases: readonly MatrixCase[] = [
  createOrder('a new order, its total exact', { customerId: 'c-1', items: [item], requestId }, ok(pending)),
  createOrder('the same order again', { customerId: 'c-1', items: [item], requestId }, ok(pending)),
  createOrder(
    'another order with the same request id',
    { customerId: 'c-1', items: [second], requestId },
    reused('order'),
  ),
  createOrder(
    'an order without items',
    { customerId: 'c-1' },
    ok({ id: '{empty}', customerId: 'c-1', status: 'ORDER_STATUS_PENDING', createTime: '{emptyTime}' }),
  ),
  createOrder(
    'an order with only invalid fields',
    {
      items: [
        { productId: '', quantity: 0, unitPrice: 'NaN' },
        { ...item, orderId: 'o' },
        { ...item, quantity: 1_000_001, unitPrice: -1 },
      ],
    },
    badFields(
      'customer_id',
      'items[0].product_id',
      'items[0].quantity',
      'items[0].unit_price',
      'items[1].order_id',
      'items[2].quantity',
      'items[2].unit_price',
    ),
  ),
  createOrder(
    'more violations than a response lists',
    { customerId: 'c-1', items: Array.from({ length: 30 }, () => ({ ...item, quantity: 0 })) },
    badFields(...Array.from({ length: 20 }, (_, i) => `items[${i}].quantity`)),
  ),
  getOrder('an order', { id: '{order}' }, ok(pending)),
  getOrder('an unknown order', { id: unknownOrder }, orderNotFound),
  getOrder('no order id', {}, badFields('id')),
  uploadLineItems(
    'an upload whose items are not stored',
    [item, second],
    ok({ itemCount: 2, totalQuantity: '4', total: 30.29 }),
  ),
  uploadLineItems('an upload without items', [], ok({})),
  uploadLineItems('an upload with an invalid item', [item, { ...item, quantity: -1 }], badFields('items[1].quantity')),
  uploadLineItems(
    'items for an order, with a key',
    [{ ...second, orderId: '{empty}' }, second],
    ok({ itemCount: 2, totalQuantity: '2', total: 59.98, orderId: '{empty}' }),
    { metadata: { 'idempotency-key': requestId } },
  ),
  uploadLineItems(
    'the same items again',
    [{ ...second, orderId: '{empty}' }, second],
    ok({ itemCount: 2, totalQuantity: '2', total: 59.98, orderId: '{empty}' }),
    { metadata: { 'idempotency-key': requestId } },
  ),
  uploadLineItems('items for an unknown order', { ...item, orderId: unknownOrder }, orderNotFound),
  uploadLineItems(
    'more items than an order may have',
    [{ ...item, orderId: '{empty}' }, ...Array.from({ length: 999 }, () => item)],
    fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_SIZE {empty}'),
  ),
  listOrders(
    'the orders of a customer, the oldest first',
    { customerId: 'c-1' },
    ok(pending, {
      id: '{empty}',
      customerId: 'c-1',
      items: [second, second],
      total: 59.98,
      status: 'ORDER_STATUS_PENDING',
      createTime: '{emptyTime}',
    }),
  ),
  listOrders('the orders of a customer who has none', { customerId: 'c-2' }, ok()),
  listOrders('no customer', {}, badFields('customer_id')),
  updateOrderStatus(
    'an order that skips a status',
    { id: '{order}', status: 'ORDER_STATUS_SHIPPED' },
    fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_STATUS {order}'),
  ),
  updateOrderStatus(
    'an order that is confirmed',
    { id: '{order}', status: 'ORDER_STATUS_CONFIRMED' },
    ok({ ...order, status: 'ORDER_STATUS_CONFIRMED' }),
  ),
  updateOrderStatus(
    'an order that is confirmed already',
    { id: '{order}', status: 'ORDER_STATUS_CONFIRMED' },
    ok({ ...order, status: 'ORDER_STATUS_CONFIRMED' }),
  ),
  uploadLineItems(
    'items for an order that is not pending',
    { ...item, orderId: '{order}' },
    fails('FAILED_PRECONDITION', 'PreconditionFailure ORDER_STATUS {order}'),
  ),
  updateOrderStatus('no status', { id: '{order}' }, badFields('status')),
  updateOrderStatus('an unknown status', { id: '{order}', status: 9 }, badFields('status')),
  orderChat(
    'a chat',
    [
      { orderId: '{order}', sender: 'Aoife', text: 'dia duit', messageId: requestId },
      { text: 'two\nlines\tand a tab' },
      { text: 'dia duit', messageId: requestId },
    ],
    ok(
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
  ),
  orderChat(
    'the chat from its first message on',
    { orderId: '{order}', sender: 'Niamh', sequence: '1' },
    ok({
      orderId: '{order}',
      sender: 'Aoife',
      text: 'two\nlines\tand a tab',
      createTime: '{time2}',
      sequence: '2',
    }),
  ),
  orderChat('a chat about an unknown order', { orderId: unknownOrder, sender: 'Aoife' }, orderNotFound),
  orderChat('a chat without messages', [], badFields('order_id')),
  orderChat(
    'a chat from beyond its last message',
    { orderId: '{order}', sender: 'Aoife', sequence: '3' },
    badFields('sequence'),
  ),
  orderChat(
    'a chat that goes on until its deadline',
    { orderId: '{order}', sender: 'Aoife', sequence: '2' },
    fails('DEADLINE_EXCEEDED'),
    { timeoutMs: 500, holdOpen: true, onReset: fails('CANCELLED') },
  ),
];
