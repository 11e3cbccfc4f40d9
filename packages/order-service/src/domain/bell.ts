/** Lets one waiter sleep until something rings; a ring while nobody waits is not lost. */
export class Bell {
  #ring = Promise.withResolvers<void>();

  readonly ring = (): void => this.#ring.resolve();

  /** Resolves at the first ring since the last wait resolved, or after so many milliseconds; Infinity is for ever. */
  async wait(atMostMs: number): Promise<void> {
    const timer = atMostMs < Number.POSITIVE_INFINITY ? setTimeout(this.ring, atMostMs) : undefined;
    await this.#ring.promise;
    clearTimeout(timer);
    this.#ring = Promise.withResolvers();
  }
}
