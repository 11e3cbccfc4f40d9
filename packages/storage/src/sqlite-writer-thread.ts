// The thread that writes to a SQLite file. It is told the file and the module that exports `writes`, answers each batch of writes
// with what came of them, and ends when it is told to.
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteWriter } from './sqlite.ts';
import { commitTogether, type WriteCall, type Writes } from './sqlite-batch.ts';

/** What the thread is started with. */
export interface WriterThreadData {
  readonly path: string;
  /** The address of a module that exports `writes: (db: DatabaseSync) => Writes`. */
  readonly writesModule: string;
}

/** What the thread is told. */
export type WriterThreadMessage = readonly WriteCall[] | 'close';

const { path, writesModule } = workerData as WriterThreadData;
const module = (await import(writesModule)) as { writes: (db: DatabaseSync) => Writes };
const db = openSqliteWriter(path);
const writes = module.writes(db);

parentPort?.on('message', (message: WriterThreadMessage) => {
  if (message !== 'close') {
    parentPort?.postMessage(commitTogether(db, writes, message));
    return;
  }
  db.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
