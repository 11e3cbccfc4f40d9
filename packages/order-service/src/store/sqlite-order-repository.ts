import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openSqlite, withStoreErrors } from '@example/storage';
import type { ChatMessage } from '../domain/chat-message.ts';
import type { LineItem, Order, OrderStatus } from '../domain/order.ts';
import type { OrderRepository } from '../domain/order-repository.ts';
import { migrations } from './migrations.ts';

/** A page of orders ends at whichever comes first; one order can be half a MiB. */
const page = { rows: 256, itemsLength: 1024 * 1024 };
const messagesPerPage = 256;

interface OrderRow {
  readonly place: number;
  readonly id: string;
  readonly customer_id: string;
  readonly items: string;
  readonly total: number;
  readonly status: OrderStatus;
}

interface MessageRow {
  readonly order_id: string;
  readonly sequence: number;
  readonly sender: string;
  readonly text: string;
  readonly create_time_ms: number;
}

/** Orders and their chat in one SQLite file. */
export class SqliteOrderRepository implements OrderRepository {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #lastPlace: StatementSync;
  readonly #byCustomer: StatementSync;
  readonly #insertMessage: StatementSync;
  readonly #lastSequence: StatementSync;
  readonly #messagesAfter: StatementSync;

  /** @param path of the file, made when missing */
  constructor(path: string) {
    this.#db = openSqlite(path, migrations);
    this.#insert = this.#db.prepare(
      'INSERT INTO orders (id, customer_id, items, total, status) VALUES (?, ?, ?, ?, ?)',
    );
    this.#byId = this.#db.prepare('SELECT * FROM orders WHERE id = ?');
    this.#lastPlace = this.#db.prepare('SELECT max(place) AS place FROM orders WHERE customer_id = ?');
    this.#byCustomer = this.#db.prepare(
      'SELECT * FROM orders WHERE customer_id = ? AND place > ? AND place <= ? ORDER BY place LIMIT ?',
    );
    this.#insertMessage = this.#db.prepare(`
      INSERT INTO chat_messages (order_id, sequence, sender, text, create_time_ms)
      SELECT :orderId, coalesce(max(sequence), 0) + 1, :sender, :text, :createTimeMs
      FROM chat_messages WHERE order_id = :orderId
      RETURNING sequence`);
    this.#lastSequence = this.#db.prepare(`
      SELECT coalesce((SELECT max(sequence) FROM chat_messages WHERE order_id = orders.id), 0) AS sequence
      FROM orders WHERE id = ?`);
    this.#messagesAfter = this.#db.prepare(
      'SELECT * FROM chat_messages WHERE order_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    );
  }

  async create({ id, customerId, items, total, status }: Order): Promise<void> {
    withStoreErrors(() => this.#insert.run(id, customerId, itemsToJson(items), total, status));
  }

  async get(id: string): Promise<Order | undefined> {
    const row = withStoreErrors(() => this.#byId.get(id)) as OrderRow | undefined;
    return row && toOrder(row);
  }

  async *listByCustomer(customerId: string): AsyncIterable<readonly Order[]> {
    const { place: last } = withStoreErrors(() => this.#lastPlace.get(customerId)) as { place: number | null };
    let after = 0;
    while (last !== null && after < last) {
      const rows = withStoreErrors(() => this.#page(customerId, after, last));
      yield rows.map(toOrder);
      after = rows.at(-1)?.place ?? last;
    }
  }

  async appendMessage(message: Omit<ChatMessage, 'sequence'>): Promise<ChatMessage> {
    const { orderId, sender, text, createTime } = message;
    const row = withStoreErrors(() =>
      this.#insertMessage.get({ orderId, sender, text, createTimeMs: createTime.getTime() }),
    ) as { sequence: number };
    return { ...message, sequence: row.sequence };
  }

  async lastSequence(orderId: string): Promise<number | undefined> {
    const row = withStoreErrors(() => this.#lastSequence.get(orderId)) as { sequence: number } | undefined;
    return row?.sequence;
  }

  async messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]> {
    const rows = withStoreErrors(() => this.#messagesAfter.all(orderId, sequence, messagesPerPage));
    return (rows as unknown as MessageRow[]).map(toMessage);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #page(customerId: string, after: number, upTo: number): OrderRow[] {
    const rows: OrderRow[] = [];
    let length = 0;
    for (const row of this.#byCustomer.iterate(customerId, after, upTo, page.rows) as Iterable<unknown>) {
      rows.push(row as OrderRow);
      length += (row as OrderRow).items.length;
      if (length >= page.itemsLength) break;
    }
    return rows;
  }
}

function itemsToJson(items: readonly LineItem[]): string {
  return JSON.stringify(items.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice]));
}

function toOrder(row: OrderRow): Order {
  const items: LineItem[] = JSON.parse(row.items).map(([productId, quantity, unitPrice]: [string, number, number]) => ({
    productId,
    quantity,
    unitPrice,
  }));
  return { id: row.id, customerId: row.customer_id, items, total: row.total, status: row.status };
}

function toMessage(row: MessageRow): ChatMessage {
  return {
    orderId: row.order_id,
    sequence: row.sequence,
    sender: row.sender,
    text: row.text,
    createTime: new Date(row.create_time_ms),
  };
}
