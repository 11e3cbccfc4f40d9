import type { Clock, ClockTimer } from '@example/rpc-core';
import { type Backoff, backoffMs } from '../backoff.ts';

/** The waits between attempts to connect. */
export class ConnectBackoff {
  readonly #onEnd: () => void;
  readonly #backoff: Backoff;
  readonly #clock: Clock;
  #waits = 0;
  #timer: ClockTimer | undefined;

  /** @param onEnd called when a wait is over */
  constructor(onEnd: () => void, backoff: Backoff, clock: Clock) {
    this.#onEnd = onEnd;
    this.#backoff = backoff;
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Starts to wait. Each wait is longer than the previous one. */
  start(): void {
    const ms = backoffMs(this.#waits, this.#backoff);
    this.#waits += 1;
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
    this.#waits = 0;
  }
}
