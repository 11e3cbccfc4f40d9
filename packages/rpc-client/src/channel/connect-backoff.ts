import type { Clock, ClockTimer } from '@example/rpc-core';

const factor = 1.6;
const jitter = 0.2;

/** The waits between attempts to connect: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md. */
export class ConnectBackoff {
  readonly #onEnd: () => void;
  readonly #options: { readonly initialMs: number; readonly maxMs: number };
  readonly #clock: Clock;
  #nextMs: number;
  #timer: ClockTimer | undefined;

  /** @param onEnd called when a wait is over */
  constructor(onEnd: () => void, options: { readonly initialMs: number; readonly maxMs: number }, clock: Clock) {
    this.#onEnd = onEnd;
    this.#options = options;
    this.#clock = clock;
    this.#nextMs = options.initialMs;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Starts to wait. Each wait is longer than the previous one. */
  start(): void {
    const ms = this.#nextMs * (1 + jitter * (2 * Math.random() - 1));
    this.#nextMs = Math.min(this.#nextMs * factor, this.#options.maxMs);
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#onEnd();
    }, ms);
    this.#timer.unref();
  }

  /** Ends the wait without calling `onEnd`. The next wait is the shortest one again. */
  reset(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#nextMs = this.#options.initialMs;
  }
}
