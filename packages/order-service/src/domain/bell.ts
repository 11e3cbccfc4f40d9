/** Lets one waiter sleep until something rings; a ring while nobody waits is not lost. */
export class Bell {
  #ring = Promise.withResolvers<void>();

  readonly ring = (): void => this.#ring.resolve();

  /** Resolves at the first ring since the last wait resolved. */
  async wait(): Promise<void> {
    await this.#ring.promise;
    this.#ring = Promise.withResolvers();
  }
}
