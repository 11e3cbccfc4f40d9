import { PreconditionError } from '@example/service-kit';
import { ExactTotal } from './exact-total.ts';
import { type LineItem, type Order, type OrderStatus, orderStatuses } from './order.ts';
import { maxOrderItems } from './order-rules.ts';

/** A change of an existing order. */
export type OrderChange =
  | { readonly kind: 'status'; readonly status: OrderStatus }
  /** `count` is the number of all new items; `items` may lack those beyond the maximum of an order. */
  | { readonly kind: 'items'; readonly items: readonly LineItem[]; readonly count: number };

/**
 * @returns the order after the change
 * @throws {PreconditionError} if the status or the size of the order does not allow the change
 */
export function applyChange(order: Order, change: OrderChange): Order {
  return change.kind === 'status' ? withStatus(order, change.status) : withItems(order, change.items, change.count);
}

/** The total price of the items. */
export function orderTotal(items: readonly LineItem[]): number {
  const total = new ExactTotal();
  for (const item of items) total.add(item);
  return total.value;
}

function withStatus(order: Order, status: OrderStatus): Order {
  const step = orderStatuses.indexOf(status) - orderStatuses.indexOf(order.status);
  if (step !== 0 && step !== 1) {
    throw new PreconditionError(`the order is ${order.status}, and cannot become ${status}`, 'ORDER_STATUS', order.id);
  }
  return { ...order, status };
}

function withItems(order: Order, more: readonly LineItem[], count: number): Order {
  if (order.status !== 'PENDING') {
    throw new PreconditionError(
      `the order is ${order.status}, and does not accept more items`,
      'ORDER_STATUS',
      order.id,
    );
  }
  if (order.items.length + count > maxOrderItems) {
    const message = `the order has ${order.items.length} items, and may not get more than ${maxOrderItems}`;
    throw new PreconditionError(message, 'ORDER_SIZE', order.id);
  }
  const items = [...order.items, ...more];
  return { ...order, items, total: orderTotal(items) };
}
