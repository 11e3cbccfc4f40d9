import type { StatementSync } from 'node:sqlite';
import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import { firstRows, SqliteStore } from '@example/storage';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { Order } from '../domain/order.ts';
import type { OrderChange } from '../domain/order-change.ts';
import type { OrderRepository } from '../domain/order-repository.ts';
import { type MessageRow, toMessage } from './message-rows.ts';
import { migrations } from './migrations.ts';
import { type OrderRow, streamedPage, toOrder, toOrderResult } from './order-rows.ts';
import type { OrderWrites } from './sqlite-order-writes.ts';

type PlacedOrderRow = OrderRow & { readonly place: number };

/** Orders and their chat in one SQLite file. */
export class SqliteOrderRepository implements OrderRepository {
  readonly #store: SqliteStore<OrderWrites>;
  readonly #byId: StatementSync;
  readonly #lastPlace: StatementSync;
  readonly #byCustomer: StatementSync;
  readonly #lastSequence: StatementSync;
  readonly #messagesAfter: StatementSync;

  private constructor(store: SqliteStore<OrderWrites>) {
    this.#store = store;
    const db = store.reader;
    this.#byId = db.prepare('SELECT * FROM orders WHERE id = ?');
    this.#lastPlace = db.prepare('SELECT max(place) AS place FROM orders WHERE customer_id = ?');
    this.#byCustomer = db.prepare(
      'SELECT * FROM orders WHERE customer_id = ? AND place > ? AND place <= ? ORDER BY place LIMIT ?',
    );
    this.#lastSequence = db.prepare(`
      SELECT coalesce((SELECT max(sequence) FROM chat_messages WHERE order_id = orders.id), 0) AS sequence
      FROM orders WHERE id = ?`);
    this.#messagesAfter = db.prepare(
      'SELECT * FROM chat_messages WHERE order_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    );
  }

  /** @param path the file, created if missing */
  static async open(path: string): Promise<SqliteOrderRepository> {
    const writes = new URL('./sqlite-order-writes.ts', import.meta.url);
    return new SqliteOrderRepository(await SqliteStore.open<OrderWrites>(path, migrations, writes));
  }

  async create(order: Order, key?: IdempotencyKey): Promise<IdempotentResult<Order>> {
    return toOrderResult(await this.#store.write('create', { order, key }));
  }

  async change(id: string, change: OrderChange, key?: IdempotencyKey): Promise<IdempotentResult<Order>> {
    return toOrderResult(await this.#store.write('change', { id, change, key }));
  }

  async get(id: string): Promise<Order | undefined> {
    const row = this.#store.read(() => this.#byId.get(id)) as OrderRow | undefined;
    return row && toOrder(row);
  }

  async *listByCustomer(customerId: string): AsyncIterable<readonly Order[]> {
    const { place: last } = this.#store.read(() => this.#lastPlace.get(customerId)) as { place: number | null };
    let after = 0;
    while (last !== null && after < last) {
      const rows = this.#store.read(() => this.#page(customerId, after, last));
      yield rows.map(toOrder);
      after = rows.at(-1)?.place ?? last;
    }
  }

  async appendMessage(message: Omit<ChatMessage, 'sequence'>, key?: IdempotencyKey): Promise<IdempotentResult<number>> {
    return await this.#store.write('appendMessage', { message, key });
  }

  async lastSequence(orderId: string): Promise<number | undefined> {
    const row = this.#store.read(() => this.#lastSequence.get(orderId)) as { sequence: number } | undefined;
    return row?.sequence;
  }

  async messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]> {
    const rows = this.#store.read(() => {
      const found = this.#messagesAfter.iterate(orderId, sequence, streamedPage.rows) as Iterable<unknown>;
      return firstRows(found as Iterable<MessageRow>, streamedPage.length, ({ text }) => text.length);
    });
    return rows.map(toMessage);
  }

  async checkReady(): Promise<void> {
    this.#store.checkReady();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #page(customerId: string, after: number, upTo: number): PlacedOrderRow[] {
    const found = this.#byCustomer.iterate(customerId, after, upTo, streamedPage.rows) as Iterable<unknown>;
    return firstRows(found as Iterable<PlacedOrderRow>, streamedPage.length, ({ items }) => items.length);
  }
}
