// The writes of the store that sqlite-store.test.ts opens.
import type { DatabaseSync } from 'node:sqlite';

export type ThingWrites = ReturnType<typeof writes>;

export function writes(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO thing (id) VALUES (?)');
  return {
    add: (id: number) => {
      insert.run(id);
      return id * 2;
    },
    /** Fails after it has changed something. */
    addTwice: (id: number) => {
      insert.run(id);
      insert.run(id);
    },
    addLarge: (bytes: number) => {
      db.prepare('INSERT INTO large (content) VALUES (zeroblob(?))').run(bytes);
    },
    /** From after this transaction on. */
    beReadOnlyFor: (ms: number) => {
      setImmediate(() => db.exec('PRAGMA query_only = true'));
      setTimeout(() => db.exec('PRAGMA query_only = false'), ms);
    },
    /** Ends the thread, as a bug outside of a write would. */
    end: () => {
      setImmediate(() => {
        throw new Error('a bug');
      });
    },
    limitPages: (pages: number) => {
      db.exec(`PRAGMA max_page_count = ${pages}`);
    },
  };
}
