import { type Migration, sqliteIdempotencyKeysMigration } from '@example/storage';

/** The history of the SQLite schema. AUTOINCREMENT never assigns an id twice, not even after a deletion. */
export const migrations: readonly Migration[] = [
  {
    name: 'users',
    sql: `
      CREATE TABLE users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        email TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    name: 'seed users',
    sql: `
      INSERT INTO users (id, name, email) VALUES
        (1, 'Aoife', 'aoife@example.com'),
        (2, 'Cillian', 'cillian@example.com'),
        (3, 'Niamh', 'niamh@example.com');
    `,
  },
  sqliteIdempotencyKeysMigration,
  {
    name: 'what user.v2 knows',
    // Roles and address are always read and written as a whole: JSON [role, …] and [street, city, country, postal
    // code].
    sql: `
      ALTER TABLE users ADD COLUMN age INTEGER;
      ALTER TABLE users ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE users ADD COLUMN address TEXT;
      ALTER TABLE users ADD COLUMN create_time_ms INTEGER;
    `,
  },
];
