import type { IdempotentResult } from '@example/service-kit';
import type { LineItem, Order, OrderStatus } from '../domain/order.ts';

/** The row of an order. */
export interface OrderRow {
  readonly id: string;
  readonly customer_id: string;
  /** JSON: [[product id, quantity, unit price], …]. */
  readonly items: string;
  readonly total: number;
  readonly status: OrderStatus;
  /** A string in PostgreSQL, where a BIGINT may exceed the range of a double. */
  readonly create_time_ms: number | string;
}

/**
 * The maximum length of a page that is read for a stream of orders or messages, in rows and in characters of text. A
 * slow reader keeps one page in memory. A single order may exceed the length, by up to half a MiB.
 */
export const streamedPage = { rows: 256, length: 64 * 1024 };

export function toOrderRow({ id, customerId, items, total, status, createTime }: Order): OrderRow {
  const tuples = items.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice]);
  return {
    id,
    customer_id: customerId,
    items: JSON.stringify(tuples),
    total,
    status,
    create_time_ms: createTime.getTime(),
  };
}

export function toOrder(row: OrderRow): Order {
  const items: LineItem[] = JSON.parse(row.items).map(([productId, quantity, unitPrice]: [string, number, number]) => ({
    productId,
    quantity,
    unitPrice,
  }));
  return {
    id: row.id,
    customerId: row.customer_id,
    items,
    total: row.total,
    status: row.status,
    createTime: new Date(Number(row.create_time_ms)),
  };
}

export function toOrderResult(result: IdempotentResult<OrderRow>): IdempotentResult<Order> {
  return 'value' in result ? { value: toOrder(result.value) } : result;
}
