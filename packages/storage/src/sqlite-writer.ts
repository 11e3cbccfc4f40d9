import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '@example/service-kit';
import { fromPlainError } from './error-transfer.ts';
import type { WriteResult, Writes } from './sqlite-batch.ts';
import type { WriterThreadData, WriterThreadMessage } from './sqlite-writer-thread.ts';

/** How many writes share a commit at most. */
const maxBatch = 1_024;

interface PendingWrite {
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes to a SQLite file on a thread of its own. While one batch is on its way to the disk, the writes that come meanwhile
 * gather to the next one.
 */
export class SqliteWriter<W extends Writes> {
  readonly #thread: Worker;
  #waiting: PendingWrite[] = [];
  #underWay: PendingWrite[] = [];
  #ended: Error | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.on('message', (results: readonly WriteResult[]) => this.#settle(results));
    thread.on('error', (error) => this.#end(new StoreUnavailableError('the writer has failed', { cause: error })));
    thread.on('exit', () => this.#end(new StoreUnavailableError('the store is closed')));
  }

  /**
   * @param writesModule exports `writes`, which gives the writes their connection
   * @throws what the thread threw while it started
   */
  static async start<W extends Writes>(path: string, writesModule: URL): Promise<SqliteWriter<W>> {
    const data: WriterThreadData = { path, writesModule: writesModule.href };
    const thread = new Worker(new URL('./sqlite-writer-thread.ts', import.meta.url), {
      workerData: data,
      execArgv: ['--import', import.meta.resolve('tsx')],
    });
    await once(thread, 'message');
    return new SqliteWriter(thread);
  }

  /**
   * When it resolves, the change is on disk.
   *
   * @throws {StoreUnavailableError} when the store cannot be written; nothing was changed
   */
  write<K extends keyof W & string>(name: K, input: Parameters<W[K]>[0]): Promise<ReturnType<W[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      this.#waiting.push({ name, input, resolve: (value) => resolve(value as ReturnType<W[K]>), reject });
      // Not at once: the writes of the other calls of this turn of the event loop come along.
      if (this.#waiting.length === 1) setImmediate(() => this.#sendNext());
    });
  }

  /** @throws {StoreUnavailableError} when it has ended, and nothing will be written any more */
  checkAlive(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** Ends the thread after what has been asked for is on disk. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    if (this.#underWay.length + this.#waiting.length > 0) {
      this.#idle ??= Promise.withResolvers();
      await this.#idle.promise;
    }
    this.#post('close');
    await once(this.#thread, 'exit');
  }

  #sendNext(): void {
    if (this.#underWay.length > 0) return;
    this.#underWay = this.#waiting.splice(0, maxBatch);
    if (this.#underWay.length === 0) this.#idle?.resolve();
    else this.#post(this.#underWay.map(({ name, input }) => ({ name, input })));
  }

  #post(message: WriterThreadMessage): void {
    this.#thread.postMessage(message);
  }

  #settle(results: readonly WriteResult[]): void {
    const settled = this.#underWay;
    this.#underWay = [];
    this.#sendNext();
    for (const [index, { resolve, reject }] of settled.entries()) {
      const result = results[index] as WriteResult;
      if ('value' in result) resolve(result.value);
      else reject(fromPlainError(result.error));
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of [...this.#underWay, ...this.#waiting]) reject(this.#ended);
    this.#underWay = [];
    this.#waiting = [];
    this.#idle?.resolve();
  }
}
