/** Lets one waiter sleep until it is woken. A wake without a waiter is kept for the next wait. */
export class WakeSignal {
  #woken = Promise.withResolvers<void>();

  readonly wake = (): void => this.#woken.resolve();

  /**
   * Resolves at the first wake since the last wait, or after the timeout in milliseconds; Infinity means no timeout.
   */
  async wait(timeoutMs: number): Promise<void> {
    const timer = timeoutMs < Number.POSITIVE_INFINITY ? setTimeout(this.wake, timeoutMs) : undefined;
    await this.#woken.promise;
    clearTimeout(timer);
    this.#woken = Promise.withResolvers();
  }
}
