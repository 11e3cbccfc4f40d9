import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '@example/service-kit';
import { checkWait } from '../wait-limit.ts';
import { deserializeError } from './error-serialization.ts';
import { StoreDamagedError } from './errors.ts';
import type { WriteResult, Writes } from './group-commit.ts';
import type { StoreFiles } from './store-files.ts';
import type { WriterThreadData, WriterThreadMessage } from './writer-thread.ts';

/** The maximum number of writes in one commit. */
const maxBatch = 1_024;

interface PendingWrite {
  /** A time of `performance.now()`. */
  readonly since: number;
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes to a SQLite file on a separate thread. While one batch is being committed, new writes are collected in the
 * next batch.
 */
export class SqliteWriter<W extends Writes> {
  readonly #thread: Worker;
  #waiting: PendingWrite[] = [];
  #committing: PendingWrite[] = [];
  #ended: Error | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.on('message', (results: readonly WriteResult[]) => this.#settle(results));
    thread.on('error', (error) =>
      this.end(new StoreUnavailableError('the writer thread has failed', { cause: error })),
    );
    thread.on('exit', () => this.end(new StoreUnavailableError('the store is closed')));
  }

  /**
   * @param writesModule a module that exports `writes: (db: DatabaseSync) => W`
   * @throws the error that ended the thread during its start
   */
  static async start<W extends Writes>(path: string, files: StoreFiles, writesModule: URL): Promise<SqliteWriter<W>> {
    const data: WriterThreadData = { path, files, writesModule: writesModule.href };
    const thread = new Worker(new URL('./writer-thread.ts', import.meta.url), {
      workerData: data,
      // TypeScript sources need a loader, the JavaScript of `pnpm build` does not.
      ...(extname(import.meta.url) === '.ts' && { execArgv: ['--import', import.meta.resolve('tsx')] }),
    });
    await once(thread, 'message');
    return new SqliteWriter(thread);
  }

  /**
   * The change is on disk when the promise resolves.
   *
   * @throws {StoreUnavailableError} if the store cannot be written; nothing was changed
   * @throws {StoreOverloadedError} if other writes have waited for too long
   */
  write<K extends keyof W & string>(name: K, input: Parameters<W[K]>[0]): Promise<ReturnType<W[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const since = performance.now();
      const [first] = this.#waiting;
      if (first !== undefined) checkWait(since - first.since);
      this.#waiting.push({ since, name, input, resolve: (value) => resolve(value as ReturnType<W[K]>), reject });
      // The batch is sent later, so that it includes the writes of other calls in this turn of the event loop.
      if (this.#waiting.length === 1) setImmediate(() => this.#sendNext());
    });
  }

  /** @throws {StoreUnavailableError} if the store cannot write any more: its thread has ended, or it is damaged */
  checkAlive(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** Ends the thread after all pending writes are on disk. */
  async close(): Promise<void> {
    if (this.#committing.length + this.#waiting.length > 0) {
      this.#idle ??= Promise.withResolvers();
      await this.#idle.promise;
    }
    // The thread may have ended by itself.
    if (this.#thread.threadId < 0) return;
    this.#post('close');
    await once(this.#thread, 'exit');
  }

  #sendNext(): void {
    if (this.#committing.length > 0) return;
    this.#committing = this.#waiting.splice(0, maxBatch);
    if (this.#committing.length === 0) this.#idle?.resolve();
    else this.#post(this.#committing.map(({ name, input }) => ({ name, input })));
  }

  #post(message: WriterThreadMessage): void {
    this.#thread.postMessage(message);
  }

  #settle(results: readonly WriteResult[]): void {
    const errors = results.map((result) => ('error' in result ? deserializeError(result.error) : undefined));
    const damage = errors.find((error) => error instanceof StoreDamagedError);
    if (damage !== undefined) {
      this.end(damage);
      return;
    }
    const settled = this.#committing;
    this.#committing = [];
    this.#sendNext();
    for (const [index, { resolve, reject }] of settled.entries()) {
      const error = errors[index];
      if (error === undefined) resolve((results[index] as { value: unknown }).value);
      else reject(error);
    }
  }

  /** Fails all writes from now on, including pending ones, with `error`. */
  end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of [...this.#committing, ...this.#waiting]) reject(this.#ended);
    this.#committing = [];
    this.#waiting = [];
    this.#idle?.resolve();
  }
}
