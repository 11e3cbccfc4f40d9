/** The memory that all connections of a process may use together for unconsumed received data and unsent data. */
export class MemoryBudget {
  readonly limit: number;
  #used = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** In bytes. */
  get used(): number {
    return this.#used;
  }

  /** In bytes. Negative if the limit is exceeded. */
  get left(): number {
    return this.limit - this.#used;
  }

  /** @param change in bytes, negative to release memory */
  adjust(change: number): void {
    this.#used += change;
  }
}
