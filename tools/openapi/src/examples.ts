/** An example call of a method. The examples run in this order against services with empty stores. */
export interface Example {
  /** The request; a list if the client streams. */
  readonly request: unknown;
  /** The response. A server chooses other times and ids. */
  readonly response?: unknown;
}

const aoife = { id: '1', name: 'Aoife', email: 'aoife@example.com' };
const aoifeV2 = { id: 'usr-1', name: 'Aoife', email: 'aoife@example.com' };
const saoirse = { name: 'Saoirse', email: 'saoirse@example.com' };
const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const createTime = '2026-11-30T10:00:00.000Z';
const item = { productId: 'teapot', quantity: 2, unitPrice: 15.1 };
const orderId = 'ord-01a1fc77-8326-7349-b947-52d19761f6a4';
const order = {
  id: orderId,
  customerId: 'customer-1',
  items: [item],
  total: 30.2,
  status: 'ORDER_STATUS_PENDING',
  createTime,
};

/** The examples by the full name of their method. */
export const examples: Readonly<Record<string, Example>> = {
  'user.v1.UserService.GetUser': { request: { id: '1' }, response: aoife },
  'user.v1.UserService.CreateUser': { request: { ...saoirse, requestId }, response: { id: '4', ...saoirse } },
  'user.v1.UserService.ListUsers': { request: { pageSize: 1 }, response: { users: [aoife], nextPageToken: 'djE6MQ' } },
  'user.v2.UserService.GetUser': { request: { id: 'usr-1' }, response: { user: aoifeV2 } },
  'user.v2.UserService.CreateUser': {
    request: { user: { ...saoirse, age: 36, roles: ['editor'], address: { city: 'Galway' } } },
    response: {
      user: { id: 'usr-5', ...saoirse, age: 36, roles: ['editor'], address: { city: 'Galway' }, createTime },
    },
  },
  'user.v2.UserService.ListUsers': {
    request: { pageSize: 1 },
    response: { users: [aoifeV2], nextPageToken: 'djE6MQ' },
  },
  'user.v2.UserService.UpdateUser': {
    request: { user: { id: 'usr-1', age: 41 }, updateMask: 'age' },
    response: { user: { ...aoifeV2, age: 41 } },
  },
  'order.v1.OrderService.CreateOrder': { request: { customerId: 'customer-1', items: [item] }, response: order },
  'order.v1.OrderService.GetOrder': { request: { id: orderId }, response: order },
  'order.v1.OrderService.UpdateOrderStatus': {
    request: { id: orderId, status: 'ORDER_STATUS_CONFIRMED' },
    response: { ...order, status: 'ORDER_STATUS_CONFIRMED' },
  },
  'order.v1.OrderService.ListOrders': { request: { customerId: 'customer-1' } },
  'order.v1.OrderService.UploadLineItems': { request: [item, { ...item, productId: 'cup', quantity: 6 }] },
  'order.v1.OrderService.OrderChat': { request: [{ orderId, sender: 'Aoife', text: 'When does it leave?' }] },
};
