import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { PostgresStore, type Sql, selectFirstRows } from '@example/storage';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import { applyChange, type OrderChange } from '../domain/order-change.ts';
import type { OrderRepository } from '../domain/order-repository.ts';
import { type MessageRow, toMessage } from './message-rows.ts';
import { type OrderRow, streamedPage, toOrder, toOrderResult, toOrderRow } from './order-rows.ts';
import { postgresMigrations } from './postgres-migrations.ts';

type PlacedOrderRow = OrderRow & { readonly place: string };

/** Orders and their chat in a PostgreSQL database. Any number of processes may share it. */
export class PostgresOrderRepository implements OrderRepository {
  readonly #store: PostgresStore;

  private constructor(store: PostgresStore) {
    this.#store = store;
  }

  /** @param url `postgres://…` */
  static async open(url: string): Promise<PostgresOrderRepository> {
    return new PostgresOrderRepository(await PostgresStore.open(url, 'order_service', postgresMigrations));
  }

  async create(order: Order, key?: IdempotencyKey): Promise<IdempotentResult<Order>> {
    const row = toOrderRow(order);
    const result = await this.#store.write(key, async (sql) => {
      await sql`INSERT INTO orders ${sql({ ...row })}`;
      return row;
    });
    return toOrderResult(result);
  }

  async change(id: string, change: OrderChange, key?: IdempotencyKey): Promise<IdempotentResult<Order>> {
    const result = await this.#store.write(key, async (sql) => {
      const row = toOrderRow(applyChange(toOrder(await lockedOrder(sql, id)), change));
      await sql`UPDATE orders SET items = ${row.items}, total = ${row.total}, status = ${row.status} WHERE id = ${id}`;
      return row;
    });
    return toOrderResult(result);
  }

  async get(id: string): Promise<Order | undefined> {
    const [row] = await this.#store.read<OrderRow>((sql) => sql`SELECT * FROM orders WHERE id = ${id}`);
    return row && toOrder(row);
  }

  async *listByCustomer(customerId: string): AsyncIterable<readonly Order[]> {
    const [last] = await this.#store.read<{ place: string | null }>(
      (sql) => sql`SELECT max(place) AS place FROM orders WHERE customer_id = ${customerId}`,
    );
    const end = BigInt(last?.place ?? 0);
    let after = 0n;
    while (after < end) {
      const rows = await this.#page(customerId, after, end);
      yield rows.map(toOrder);
      after = BigInt(rows.at(-1)?.place ?? end);
    }
  }

  /** The lock on the order keeps the sequence of its room without gaps and in commit order. */
  async appendMessage(message: Omit<ChatMessage, 'sequence'>, key?: IdempotencyKey): Promise<IdempotentResult<number>> {
    const { orderId, sender, text, createTime, messageId } = message;
    return await this.#store.write(key, async (sql) => {
      await sql`SELECT id FROM orders WHERE id = ${orderId} FOR UPDATE`;
      const [row] = await sql<{ sequence: number }[]>`
        INSERT INTO chat_messages (order_id, sequence, sender, text, create_time_ms, message_id)
        SELECT
          ${orderId}, coalesce(max(sequence), 0) + 1, ${sender}, ${text}, ${createTime.getTime()}::BIGINT, ${messageId}
        FROM chat_messages WHERE order_id = ${orderId}
        RETURNING sequence`;
      return row?.sequence ?? 0;
    });
  }

  async lastSequence(orderId: string): Promise<number | undefined> {
    const [row] = await this.#store.read<{ sequence: number }>(
      (sql) => sql`
        SELECT coalesce((SELECT max(sequence) FROM chat_messages WHERE order_id = orders.id), 0) AS sequence
        FROM orders WHERE id = ${orderId}`,
    );
    return row?.sequence;
  }

  async messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]> {
    const rows = await this.#store.read<MessageRow>((sql) =>
      selectFirstRows(
        sql,
        sql`
          SELECT * FROM chat_messages WHERE order_id = ${orderId} AND sequence > ${sequence}
          ORDER BY sequence LIMIT ${streamedPage.rows}`,
        streamedPage.length,
        sql`octet_length(text)`,
        'sequence',
      ),
    );
    return rows.map(toMessage);
  }

  async checkReady(): Promise<void> {
    await this.#store.checkReady();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #page(customerId: string, after: bigint, end: bigint): Promise<PlacedOrderRow[]> {
    return await this.#store.read<PlacedOrderRow>((sql) =>
      selectFirstRows(
        sql,
        sql`
          SELECT * FROM orders WHERE customer_id = ${customerId} AND place > ${`${after}`} AND place <= ${`${end}`}
          ORDER BY place LIMIT ${streamedPage.rows}`,
        streamedPage.length,
        sql`octet_length(items)`,
        'place',
      ),
    );
  }
}

async function lockedOrder(sql: Sql, id: string): Promise<OrderRow> {
  const [row] = await sql<OrderRow[]>`
    SELECT id, customer_id, items, total, status, create_time_ms FROM orders WHERE id = ${id} FOR UPDATE`;
  if (row === undefined) throw new Error(`there is no order ${id} to change`);
  return row;
}
