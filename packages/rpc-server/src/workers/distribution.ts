import { moveToBalance } from './balance.ts';
import { workerFor } from './placement.ts';
import type { Arrival, WorkerProcess } from './worker-process.ts';

/** How long a client may take to connect again after its connection was retired, in milliseconds. */
const moveMs = 5_000;

/** A move whose connection has been retired. The next connection from the same network goes to the worker `to`. */
interface PendingMove {
  readonly network: string;
  readonly to: WorkerProcess;
  readonly until: number;
}

/**
 * Hands connections to workers. It also retires connections of busy workers, so that their clients connect again and
 * reach an idle worker.
 */
export class Distribution {
  readonly #workers: () => readonly WorkerProcess[];
  #waiting: Arrival[] = [];
  #move: PendingMove | undefined;
  #probes = 0;

  /** @param workers returns the workers that take connections */
  constructor(workers: () => readonly WorkerProcess[]) {
    this.#workers = workers;
  }

  /** Hands a connection to a worker. If there is none, the connection waits. */
  hand(arrival: Arrival): void {
    const worker = this.#workerFor(arrival);
    if (worker === undefined) this.#waiting.push(arrival);
    else worker.hand(arrival);
  }

  /** Call when a further worker has become ready. */
  handWaiting(): void {
    for (const arrival of this.#waiting.splice(0)) this.hand(arrival);
  }

  /** Call once a second. */
  balance(): void {
    if (this.#move !== undefined && performance.now() < this.#move.until) return;
    this.#move = undefined;
    const workers = this.#workers();
    const best = workers.length > 1 ? moveToBalance(workers) : undefined;
    const network = best?.from.networkOf(best.id);
    if (best === undefined || network === undefined) return;
    best.from.send({ kind: 'retire', id: best.id });
    this.#move = { network, to: best.to, until: performance.now() + moveMs };
  }

  destroyWaiting(): void {
    for (const { socket } of this.#waiting.splice(0)) socket.destroy();
  }

  #workerFor(arrival: Arrival): WorkerProcess | undefined {
    const workers = this.#workers();
    if (arrival.port === 'health') {
      // Each probe opens a new connection. The workers take turns to respond.
      this.#probes += 1;
      return workers[this.#probes % workers.length];
    }
    const move = this.#move;
    if (move !== undefined && move.network === arrival.network && workers.includes(move.to)) {
      this.#move = undefined;
      return move.to;
    }
    return workerFor(arrival.network, workers);
  }
}
