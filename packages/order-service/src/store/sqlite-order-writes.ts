// What can be changed in the SQLite file of orders; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey } from '@example/service-kit';
import { idempotentWrites } from '@example/storage';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import { changed, type OrderChange } from '../domain/order-changes.ts';
import { type OrderRow, toOrder, toOrderRow } from './order-rows.ts';

export type OrderWrites = ReturnType<typeof writes>;

/** What each write takes besides its own input. */
interface Keyed {
  readonly key: IdempotencyKey | undefined;
}

export function writes(db: DatabaseSync) {
  const insertOrder = db.prepare(`
    INSERT INTO orders (id, customer_id, items, total, status, create_time_ms)
    VALUES (:id, :customer_id, :items, :total, :status, :create_time_ms)`);
  const orderById = db.prepare('SELECT id, customer_id, items, total, status, create_time_ms FROM orders WHERE id = ?');
  const updateOrder = db.prepare('UPDATE orders SET items = ?, total = ?, status = ? WHERE id = ?');
  const insertMessage = db.prepare(`
    INSERT INTO chat_messages (order_id, sequence, sender, text, create_time_ms, message_id)
    SELECT :orderId, coalesce(max(sequence), 0) + 1, :sender, :text, :createTimeMs, :messageId
    FROM chat_messages WHERE order_id = :orderId
    RETURNING sequence`);
  const keyed = idempotentWrites(db);
  return {
    create: ({ order, key }: Keyed & { order: Order }) =>
      keyed(key, () => {
        const row = toOrderRow(order);
        insertOrder.run({ ...row });
        return row;
      }),
    change: ({ id, change, key }: Keyed & { id: string; change: OrderChange }) =>
      keyed(key, () => {
        const before = orderById.get(id) as unknown as OrderRow;
        const row = toOrderRow(changed(toOrder(before), change));
        updateOrder.run(row.items, row.total, row.status, id);
        return row;
      }),
    appendMessage: ({ message, key }: Keyed & { message: Omit<ChatMessage, 'sequence'> }) =>
      keyed(key, () => {
        const { createTime, ...rest } = message;
        return (insertMessage.get({ ...rest, createTimeMs: createTime.getTime() }) as { sequence: number }).sequence;
      }),
  };
}
