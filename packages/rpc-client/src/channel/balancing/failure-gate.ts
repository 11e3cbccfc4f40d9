/** Consecutive failures that shut the gate. A single failure may happen to any server. */
const minFailures = 2;
const pauseMs = { first: 100, max: 1_000 };

/**
 * Keeps calls away from a server that fails them at once. Such a server has few calls under way, so that least-request
 * balancing would send it most of the new ones. After a pause, one call at a time tries the server again. The first
 * success opens the gate.
 */
export class FailureGate {
  #failures = 0;
  #shutUntil = 0;

  /** Even a server with a shut gate is called if the gates of all others are shut, too. */
  get isShut(): boolean {
    return this.#failures >= minFailures && performance.now() < this.#shutUntil;
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
    const pause = pauseMs.first * 2 ** Math.min(this.#failures - minFailures, 10);
    this.#shutUntil = performance.now() + Math.min(pause, pauseMs.max);
  }
}
