import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { expectedOutcomes, type Outcome } from './expected.ts';

const released = (version: string) => readFileSync(join(root, 'releases', version, 'descriptors.binpb'));
const [first, second, third] = ['1.0.0', '1.1.0', '1.2.0'].map(released) as [Buffer, Buffer, Buffer];

function outcome(all: readonly Outcome[], method: string): Outcome | undefined {
  return all.find((one) => one.method === method);
}

it('only methods that the server lacks are expected to be UNIMPLEMENTED', () => {
  const missing = (client: Uint8Array, server: Uint8Array) =>
    expectedOutcomes(client, server)
      .filter(({ code }) => code === 12)
      .map(({ method }) => method);
  expect(missing(second, first)).toEqual(['order.v1.OrderService/UpdateOrderStatus']);
  expect(missing(third, second)).toEqual(
    ['GetUser', 'CreateUser', 'ListUsers', 'UpdateUser'].map((name) => `user.v2.UserService/${name}`),
  );
  expect(missing(first, third)).toEqual([]);
  expect(expectedOutcomes(first, third)).toHaveLength(8);
});

it('the fields that both versions have are expected to arrive, in both directions', () => {
  const item = { productId: 'product_id', quantity: 2, unitPrice: 3.5 };
  const method = 'order.v1.OrderService/CreateOrder';
  expect(outcome(expectedOutcomes(first, second), method)).toEqual({
    method,
    code: 0,
    responses: [
      { id: 'id', customerId: 'customer_id', items: [item, item], total: 4.5, status: 'ORDER_STATUS_PENDING' },
    ],
    seen: [{ customerId: 'customer_id', items: [item, item] }],
  });
  const newItem = { ...item, orderId: 'order_id' };
  expect(outcome(expectedOutcomes(second, second), method)).toMatchObject({
    responses: [{ createTime: '1970-01-01T00:00:01.000000002Z' }],
    seen: [{ items: [newItem, newItem], requestId: 'request_id' }],
  });
});

it('two messages are expected on each side that streams', () => {
  const lengths = expectedOutcomes(first, first)
    .filter(({ method }) => method.startsWith('order'))
    .map(({ method, responses, seen }) => [method.split('/')[1], seen?.length, responses.length]);
  expect(lengths).toEqual([
    ['CreateOrder', 1, 1],
    ['GetOrder', 1, 1],
    ['ListOrders', 1, 2],
    ['UploadLineItems', 2, 1],
    ['OrderChat', 2, 2],
  ]);
});
