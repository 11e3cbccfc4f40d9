import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/server-config.ts';
import { ConnectionLog } from '../log/connection-log.ts';
import { type RunningServer, urlOf } from '../serve.ts';
import { listenForWorkers, type Ports } from './arrivals.ts';
import { CallerGrants } from './caller-grants.ts';
import { Distribution } from './distribution.ts';
import { loadMs } from './messages.ts';
import { type MessageFromWorker, WorkerProcess } from './worker-process.ts';

/**
 * The second pause before a worker is started again, in milliseconds. The first pause is 0, and each later one is twice
 * as long as the previous one.
 */
const pauseMs = 100;
const maxPauseMs = 10_000;
/** A worker that has lived for longer than this, in milliseconds, is started again without a pause. */
const longLifeMs = 60_000;
/** A worker that has sent no load for this number of seconds is killed, because its event loop is blocked. */
const maxSilence = 30;

/**
 * Starts this program as `config.workers` processes, and hands them the connections. A worker that dies is started
 * again. If that fails while no other worker serves, this process exits with status 1.
 *
 * @param writeLog receives complete lines of the log of workers
 * @returns when all workers are ready. `reload` of the result replaces one worker after another
 * @throws when it cannot listen, or a worker cannot start
 */
export async function supervise(
  config: ServerConfig,
  logger: Logger,
  writeLog: (lines: string) => void,
): Promise<RunningServer> {
  const supervisor = new Supervisor(config, logger, writeLog);
  const { port, healthPort } = await supervisor.start();
  if (healthPort !== undefined) logger.info({ healthPort }, `health without TLS is on port ${healthPort}`);
  return { url: urlOf(config, port), close: () => supervisor.close(), reload: () => supervisor.replaceAll() };
}

class Supervisor {
  readonly #config: ServerConfig;
  readonly #logger: Logger;
  readonly #writeLog: (lines: string) => void;
  readonly #grants: CallerGrants;
  /** The workers that have not ended. */
  readonly #workers = new Set<WorkerProcess>();
  readonly #distribution = new Distribution(() => this.#ready());
  #ports: Ports | undefined;
  #isClosing = false;
  #replacing: Promise<void> = Promise.resolve();

  constructor(config: ServerConfig, logger: Logger, writeLog: (lines: string) => void) {
    this.#config = config;
    this.#logger = logger;
    this.#writeLog = writeLog;
    this.#grants = new CallerGrants(config);
  }

  async start(): Promise<Ports> {
    try {
      // The first worker starts alone. It migrates the store, and if it cannot start, the reason is reported only once.
      const first = await this.#startWorker(1);
      const ports = await listenForWorkers(this.#config, new ConnectionLog(this.#logger), (arrival) =>
        this.#distribution.hand(arrival),
      );
      this.#ports = ports;
      const others = Array.from({ length: this.#config.workers - 1 }, (_, i) => this.#startWorker(i + 2));
      for (const worker of [first, ...(await Promise.all(others))]) void this.#keep(worker);
      setInterval(() => this.#look(), loadMs).unref();
      return ports;
    } catch (error) {
      for (const worker of this.#workers) worker.kill();
      await this.#ports?.close();
      throw error;
    }
  }

  /** Drains all workers. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const worker of this.#workers) worker.end(true);
    await Promise.all([...this.#workers].map(({ ended }) => ended));
    this.#distribution.destroyWaiting();
  }

  /** Starts a successor of each worker, then drains the worker. When a successor cannot start, the others stay. */
  async replaceAll(): Promise<void> {
    this.#replacing = this.#replacing.then(async () => {
      for (const worker of this.#ready()) {
        if (this.#isClosing || !(await this.#replace(worker))) return;
      }
      this.#logger.info('all workers are replaced');
    });
    await this.#replacing;
  }

  async #replace(worker: WorkerProcess): Promise<boolean> {
    try {
      const successor = await this.#startWorker(worker.number);
      worker.isReplaced = true;
      void this.#keep(successor);
      worker.end(false);
      await worker.ended;
      return true;
    } catch (error) {
      if (!this.#isClosing) this.#logger.error({ err: error }, 'workers are not replaced: those that run stay');
      return false;
    }
  }

  /** Starts a worker again whenever it has died. */
  async #keep(worker: WorkerProcess): Promise<void> {
    let current = worker;
    let pause = 0;
    for (;;) {
      const began = performance.now();
      const reason = await current.ended;
      if (this.#isClosing || current.isReplaced) return;
      if (performance.now() - began > longLifeMs) pause = 0;
      this.#logger.error({ of: current.number, reason }, `worker ${current.number} has died: another is started`);
      for (let successor: WorkerProcess | undefined; successor === undefined; ) {
        await setTimeout(pause);
        if (this.#isClosing) return;
        pause = Math.min(Math.max(2 * pause, pauseMs), maxPauseMs);
        successor = await this.#startWorker(current.number).catch((error: Error) => this.#onFailedStart(error));
        current = successor ?? current;
      }
    }
  }

  #onFailedStart({ message }: Error): undefined {
    if (this.#isClosing) return;
    if (this.#ready().length > 0) this.#logger.error(message);
    else {
      this.#logger.fatal(`${message}, and no other serves: giving up`);
      process.exit(1);
    }
  }

  /** @throws when the worker ends before it is ready */
  async #startWorker(number: number): Promise<WorkerProcess> {
    const worker = new WorkerProcess(number, {
      onMessage: (message) => void this.#receive(worker, message),
      onLog: this.#writeLog,
      onLost: (arrivals) => {
        for (const arrival of arrivals) this.#distribution.hand(arrival);
      },
    });
    this.#workers.add(worker);
    void worker.ended.then(() => this.#workers.delete(worker));
    await worker.started;
    this.#distribution.handWaiting();
    return worker;
  }

  async #receive(worker: WorkerProcess, message: MessageFromWorker): Promise<void> {
    if (message.kind === 'asks') {
      worker.send({ kind: 'grants', grants: message.asks.map((ask) => this.#grants.grant(ask)) });
      return;
    }
    // The last worker also gets the connections that wait to be accepted.
    if (this.#isClosing && this.#ready().length === 1) await this.#ports?.close();
    worker.state = 'draining';
    worker.complete();
  }

  #ready(): WorkerProcess[] {
    return [...this.#workers].filter(({ state }) => state === 'ready');
  }

  #look(): void {
    for (const worker of this.#workers) {
      if (worker.state !== 'starting') worker.silence += 1;
      if (worker.silence <= maxSilence) continue;
      this.#logger.error({ of: worker.number }, `worker ${worker.number} does not respond: it is killed`);
      worker.kill();
    }
    this.#distribution.balance();
  }
}
