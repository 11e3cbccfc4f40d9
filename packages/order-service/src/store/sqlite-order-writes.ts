// What can be changed in the SQLite file of orders; runs on the thread of the store.
import type { DatabaseSync } from 'node:sqlite';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import { toOrderRow } from './order-rows.ts';

export type OrderWrites = ReturnType<typeof writes>;

export function writes(db: DatabaseSync) {
  const insertOrder = db.prepare(
    'INSERT INTO orders (id, customer_id, items, total, status) VALUES (:id, :customer_id, :items, :total, :status)',
  );
  const insertMessage = db.prepare(`
    INSERT INTO chat_messages (order_id, sequence, sender, text, create_time_ms)
    SELECT :orderId, coalesce(max(sequence), 0) + 1, :sender, :text, :createTimeMs
    FROM chat_messages WHERE order_id = :orderId
    RETURNING sequence`);
  return {
    create(order: Order): void {
      insertOrder.run({ ...toOrderRow(order) });
    },
    appendMessage({ orderId, sender, text, createTime }: Omit<ChatMessage, 'sequence'>): number {
      const message = { orderId, sender, text, createTimeMs: createTime.getTime() };
      return (insertMessage.get(message) as { sequence: number }).sequence;
    },
  };
}
