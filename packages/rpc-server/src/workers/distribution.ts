import { moveToBalance } from './balance.ts';
import { workerFor } from './placement.ts';
import type { Arrival, WorkerProcess } from './worker-process.ts';

/** How long a client may take to connect again when it was asked to, in milliseconds. */
const moveMs = 5_000;

/** A client was asked to connect again: its next connection goes to this worker. */
interface PendingMove {
  readonly network: string;
  readonly to: WorkerProcess;
  readonly until: number;
}

/** Hands connections to workers, and asks clients to connect again where that brings their calls to an idle worker. */
export class Distribution {
  readonly #workers: () => readonly WorkerProcess[];
  #waiting: Arrival[] = [];
  #move: PendingMove | undefined;
  #probes = 0;

  /** @param workers those that take connections */
  constructor(workers: () => readonly WorkerProcess[]) {
    this.#workers = workers;
  }

  /** Without a worker the connection waits for one. */
  hand(arrival: Arrival): void {
    const worker = this.#workerFor(arrival);
    if (worker === undefined) this.#waiting.push(arrival);
    else worker.hand(arrival);
  }

  /** Call when there is another worker. */
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
      // Each probe opens a connection of its own, and the next worker responds.
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
