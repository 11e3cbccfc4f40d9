// The writes of the SQLite store of orders. They run on the writer thread of SqliteStore.
import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyKey } from '@example/service-kit';
import { idempotentWrites } from '@example/storage';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import { applyChange, type OrderChange } from '../domain/order-change.ts';
import { type OrderRow, toOrder, toOrderRow } from './order-rows.ts';

export type OrderWrites = ReturnType<typeof writes>;

/** The input that all writes share. */
interface Idempotent {
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
  const idempotent = idempotentWrites(db);
  return {
    create: ({ order, key }: Idempotent & { order: Order }) =>
      idempotent(key, () => {
        const row = toOrderRow(order);
        insertOrder.run({ ...row });
        return row;
      }),
    change: ({ id, change, key }: Idempotent & { id: string; change: OrderChange }) =>
      idempotent(key, () => {
        const before = orderById.get(id) as unknown as OrderRow;
        const row = toOrderRow(applyChange(toOrder(before), change));
        updateOrder.run(row.items, row.total, row.status, id);
        return row;
      }),
    appendMessage: ({ message, key }: Idempotent & { message: Omit<ChatMessage, 'sequence'> }) =>
      idempotent(key, () => {
        const { createTime, ...rest } = message;
        return (insertMessage.get({ ...rest, createTimeMs: createTime.getTime() }) as { sequence: number }).sequence;
      }),
  };
}
