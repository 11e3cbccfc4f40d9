import { type Migration, sqliteIdempotencyKeysMigration } from '@example/storage';

/**
 * SQL for the number in the hexadecimal digits 1 to 8 and 10 to 13 of the UUID that starts at character 5 of an order's
 * id.
 */
const uuidMilliseconds = [5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17]
  .map((place, i) => `((instr('0123456789abcdef', substr(id, ${place}, 1)) - 1) << ${4 * (11 - i)})`)
  .join(' + ');

/** The history of the SQLite schema. */
export const migrations: readonly Migration[] = [
  {
    name: 'orders and their chat',
    // The items of an order are always read and written together: JSON [[product id, quantity, unit price], …].
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
  {
    name: 'when orders were taken, ids of messages',
    // The creation time of an older order is in its id: the first 12 digits of a UUIDv7 are milliseconds.
    sql: `
      ALTER TABLE orders ADD COLUMN create_time_ms INTEGER NOT NULL DEFAULT 0;
      UPDATE orders SET create_time_ms = ${uuidMilliseconds};
      ALTER TABLE chat_messages ADD COLUMN message_id TEXT NOT NULL DEFAULT '';
    `,
  },
  sqliteIdempotencyKeysMigration,
];
