import { createInterface } from 'node:readline';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import type { Holdings } from './holdings.ts';

/** What its line begins with: the log has many others. */
const mark = '{"holdings":';

/** To say what it holds takes seconds, on a busy machine half a minute; when it takes longer than this, in milliseconds, it hangs. */
const hangsMs = 120_000;

/** A service that says what it holds. */
export class WatchedService {
  readonly #process: ServiceProcess;
  #told: PromiseWithResolvers<Holdings>;

  private constructor(process: ServiceProcess) {
    this.#process = process;
    this.#told = expected();
    if (process.process.stdout === null) throw new TypeError('the process has no standard output');
    const lines = createInterface({ input: process.process.stdout });
    lines.on('line', (line) => {
      if (line.startsWith(mark)) this.#told.resolve((JSON.parse(line) as { holdings: Holdings }).holdings);
    });
    lines.on('close', () => this.#told.reject(new Error('the service has ended')));
    this.#told.promise.catch(() => {});
  }

  /** @param main the path of a module that calls `sayHoldingsOnSignal` */
  static async start(main: string, env: Readonly<Record<string, string>>): Promise<WatchedService> {
    return new WatchedService(await startProcess(main, env));
  }

  get url(): string {
    return this.#process.url;
  }

  /** @throws when the service has ended, or hangs */
  async holdings(): Promise<Holdings> {
    this.#process.process.kill('SIGUSR2');
    const hangs = setTimeout(() => this.#told.reject(new Error('the service hangs')), hangsMs);
    try {
      return await this.#told.promise;
    } finally {
      clearTimeout(hangs);
      this.#told = expected();
    }
  }

  async end(): Promise<void> {
    await this.#process.end('SIGKILL');
  }
}

/** Nobody may be waiting when the service ends. */
function expected(): PromiseWithResolvers<Holdings> {
  const told = Promise.withResolvers<Holdings>();
  told.promise.catch(() => {});
  return told;
}
