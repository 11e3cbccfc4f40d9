import type { MemoryBudget } from './memory-budget.ts';

/**
 * The buffer memory of one connection: at most its own limit, and never more than the process has left for all other
 * connections. One greedy peer therefore holds at most half of the process budget. A stream that needs more is reset
 * with ENHANCE_YOUR_CALM.
 */
export class ConnectionMemory {
  readonly #budget: MemoryBudget;
  readonly #limit: number;
  #used = 0;

  /** @param limit in bytes */
  constructor(budget: MemoryBudget, limit: number) {
    this.#budget = budget;
    this.#limit = limit;
  }

  /** @returns false if a limit would be exceeded. Nothing is taken then */
  take(bytes: number): boolean {
    if (this.exceedsOwnLimit(bytes) || this.#used + bytes > this.#budget.left - bytes) return false;
    this.adjust(bytes);
    return true;
  }

  /** Whether `bytes` more would exceed this connection's own limit, regardless of other connections. */
  exceedsOwnLimit(bytes: number): boolean {
    return this.#used + bytes > this.#limit;
  }

  release(bytes: number): void {
    this.adjust(-bytes);
  }

  /**
   * Counts memory that is already in use, even beyond the limit.
   *
   * @param change in bytes, negative to release memory
   */
  adjust(change: number): void {
    this.#used += change;
    this.#budget.adjust(change);
  }
}
