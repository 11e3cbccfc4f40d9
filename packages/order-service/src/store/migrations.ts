import type { Migration } from '@example/storage';

export const migrations: readonly Migration[] = [
  {
    name: 'orders and their chat',
    // The items of an order are always read and written with it: one JSON text [[product id, quantity, unit price], …].
    sql: `
      CREATE TABLE orders (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        customer_id TEXT NOT NULL,
        items TEXT NOT NULL,
        total REAL NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'SHIPPED'))
      ) STRICT;
      CREATE INDEX orders_by_customer ON orders (customer_id, place);

      CREATE TABLE chat_messages (
        order_id TEXT NOT NULL REFERENCES orders (id),
        sequence INTEGER NOT NULL,
        sender TEXT NOT NULL,
        text TEXT NOT NULL,
        create_time_ms INTEGER NOT NULL,
        PRIMARY KEY (order_id, sequence)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];
