import type { MemoryBudget } from './memory-budget.ts';

/**
 * What one connection buffers: at most a limit of its own, and no more than it leaves for all others. What would go over that is
 * refused: a stream whose data does is reset with ENHANCE_YOUR_CALM.
 */
export class MemoryShare {
  readonly #budget: MemoryBudget;
  readonly #limit: number;
  #used = 0;

  /** @param limit in bytes */
  constructor(budget: MemoryBudget, limit: number) {
    this.#budget = budget;
    this.#limit = limit;
  }

  /** @returns false, and nothing is taken, when it would be more than there is */
  take(bytes: number): boolean {
    if (this.isOwnLimit(bytes) || this.#used + bytes > this.#budget.left - bytes) return false;
    this.adjust(bytes);
    return true;
  }

  /** Whether so many bytes more would be too many however little the others have taken. */
  isOwnLimit(bytes: number): boolean {
    return this.#used + bytes > this.#limit;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.adjust(-bytes);
  }

  /** Counts what is there already, be it over the limit, or gone. @param change in bytes, negative when it is less */
  adjust(change: number): void {
    this.#used += change;
    this.#budget.adjust(change);
  }
}
