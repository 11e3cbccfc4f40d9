/**
 * Bytes that all connections of a process may buffer together: requests not consumed and responses not sent. What would go over it is
 * refused: a stream whose data does is reset with ENHANCE_YOUR_CALM. Layers above may take from it for what they keep.
 */
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

  /** @returns false, and nothing is taken, when it would be more than there is */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#used -= bytes;
  }

  /** Counts what is there already, be it over the limit, or gone. @param change in bytes, negative when it is less */
  adjust(change: number): void {
    this.#used += change;
  }
}
