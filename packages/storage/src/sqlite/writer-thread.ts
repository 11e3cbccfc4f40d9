// The thread that writes to a SQLite file. It receives batches of writes, sends back the outcome of each write, and
// ends on the message 'close'.
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from './error-serialization.ts';
import { commitGroup, type WriteCall, type WriteResult, type Writes } from './group-commit.ts';
import { openSqliteWriter } from './open-sqlite.ts';
import { checkFiles, journalCheck, type StoreFiles } from './store-files.ts';

/** The `workerData` of the thread. */
export interface WriterThreadData {
  readonly path: string;
  readonly files: StoreFiles;
  /** The URL of a module that exports `writes: (db: DatabaseSync) => Writes`. */
  readonly writesModule: string;
}

/** A message to the thread. */
export type WriterThreadMessage = readonly WriteCall[] | 'close';

const { path, files, writesModule } = workerData as WriterThreadData;
const module = (await import(writesModule)) as { writes: (db: DatabaseSync) => Writes };
const db = openSqliteWriter(path);
const writes = module.writes(db);
const checkJournal = journalCheck(files);

/** Commits nothing if a file has been moved or removed, and reports no success if that happens during the commit. */
function commitInPlace(calls: readonly WriteCall[]): WriteResult[] {
  try {
    checkFiles(files);
    const results = commitGroup(db, writes, calls);
    checkFiles(files);
    checkJournal();
    return results;
  } catch (error) {
    const failure = { error: serializeError(error) };
    return calls.map(() => failure);
  }
}

parentPort?.on('message', (message: WriterThreadMessage) => {
  if (message !== 'close') {
    parentPort?.postMessage(commitInPlace(message));
    return;
  }
  db.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
