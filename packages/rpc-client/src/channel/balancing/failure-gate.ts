import type { Clock } from '@example/rpc-core';
import { backoffMs } from '../../backoff.ts';

/**
 * The number of consecutive failures that shut the gate. It is more than one, because any server may fail a single
 * call.
 */
const minFailures = 2;
const pauses = { initialMs: 100, maxMs: 1_000 };

/**
 * Keeps calls away from a server that fails them at once. Such a server has few calls under way, so that least-request
 * balancing would send it most of the new calls. After a pause, one call at a time tries the server again. The first
 * success opens the gate.
 */
export class FailureGate {
  readonly #clock: Clock;
  #failures = 0;
  #shutUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Even a server with a shut gate is called if the gates of all others are shut, too. */
  get isShut(): boolean {
    return this.#failures >= minFailures && this.#clock.now() < this.#shutUntil;
  }

  /** A call has started. If the gate was shut, the pause starts again, so that no other call follows at once. */
  onCall(): void {
    if (this.#failures >= minFailures) this.#pause();
  }

  onFailure(): void {
    this.#failures += 1;
    if (this.#failures >= minFailures) this.#pause();
  }

  onSuccess(): void {
    this.#failures = 0;
  }

  #pause(): void {
    this.#shutUntil = this.#clock.now() + backoffMs(this.#failures - minFailures, pauses);
  }
}
