/** Failures in a row that shut the gate. One alone may happen to any server. */
const minFailures = 2;
const pauseMs = { first: 100, max: 1_000 };

/**
 * Keeps calls away from a server that fails at once: it has few calls under way, and would get most of the new ones.
 * After a pause one call at a time tries it again, and the first success opens the gate.
 */
export class FailureGate {
  #failures = 0;
  #shutUntil = 0;

  /** Shut is not closed: if all servers are shut, one of them gets the call. */
  get isShut(): boolean {
    return this.#failures >= minFailures && performance.now() < this.#shutUntil;
  }

  /** A call has started. While the server is in doubt, no other one follows at once. */
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
