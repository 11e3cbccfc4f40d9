/** Bytes that all connections of a process may buffer together: requests not consumed and responses not sent. */
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

  get left(): number {
    return this.limit - this.#used;
  }

  /** @param change in bytes, negative when it is less */
  adjust(change: number): void {
    this.#used += change;
  }
}
