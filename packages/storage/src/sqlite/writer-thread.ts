// The thread that writes to a SQLite file. It receives batches of writes, sends back the outcome of each write, and
// ends on the message 'close'.
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { commitGroup, type WriteCall, type Writes } from './group-commit.ts';
import { openSqliteWriter } from './open-sqlite.ts';

/** The `workerData` of the thread. */
export interface WriterThreadData {
  readonly path: string;
  /** The URL of a module that exports `writes: (db: DatabaseSync) => Writes`. */
  readonly writesModule: string;
}

/** A message to the thread. */
export type WriterThreadMessage = readonly WriteCall[] | 'close';

const { path, writesModule } = workerData as WriterThreadData;
const module = (await import(writesModule)) as { writes: (db: DatabaseSync) => Writes };
const db = openSqliteWriter(path);
const writes = module.writes(db);

parentPort?.on('message', (message: WriterThreadMessage) => {
  if (message !== 'close') {
    parentPort?.postMessage(commitGroup(db, writes, message));
    return;
  }
  db.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
