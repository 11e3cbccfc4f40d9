/** Numbers that look random, and are the same again for the same seed: xorshift32, by George Marsaglia. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Zero would stay zero.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  /** A whole number, both bounds included. */
  between(min: number, max: number): number {
    return min + Math.floor((this.#next() / 2 ** 32) * (max - min + 1));
  }

  /** @param share from 0, never, to 1, always */
  chance(share: number): boolean {
    return this.#next() < share * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)] as T;
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }
}
