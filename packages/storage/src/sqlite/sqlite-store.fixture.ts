// The writes of the store that sqlite-store.test.ts and backup.test.ts open.
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

export type ThingWrites = ReturnType<typeof writes>;

export function writes(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO thing (id) VALUES (?)');
  return {
    add: (id: number) => {
      insert.run(id);
      return id * 2;
    },
    /** Fails after its first change. */
    addTwice: (id: number) => {
      insert.run(id);
      insert.run(id);
    },
    addLarge: (bytes: number) => {
      db.prepare('INSERT INTO large (content) VALUES (zeroblob(?))').run(bytes);
    },
    /** Makes the connection read-only for a time that starts after this transaction. */
    beReadOnlyFor: (ms: number) => {
      setImmediate(() => db.exec('PRAGMA query_only = true'));
      setTimeout(() => db.exec('PRAGMA query_only = false'), ms);
    },
    /** Keeps the thread busy until the first element is not 0. */
    waitFor: (flag: Int32Array) => {
      Atomics.wait(flag, 0, 0);
    },
    /** Ends the thread in the way that a bug outside of a write would. */
    end: () => {
      setImmediate(() => {
        throw new Error('a bug');
      });
    },
    removeFile: (path: string) => rmSync(path),
    limitPages: (pages: number) => {
      db.exec(`PRAGMA max_page_count = ${pages}`);
    },
  };
}
