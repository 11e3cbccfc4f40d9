import { clock } from './clock.ts';

/** More than this many times the burst is not saved up, however much was earned. */
const mostSaved = 100;

/** A bucket of tokens that fills at a steady rate, and a purse of those that were earned. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt = clock.now;
  #saved = 0;
  #earned = 0;

  /** @param burst how many may come at once */
  constructor(perSecond: number, burst = perSecond) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /**
   * @param earned how many more than the rate allows there may have been since the beginning
   * @returns false when there are too many
   */
  take(earned = 0): boolean {
    this.#saved = Math.min(this.#saved + earned - this.#earned, mostSaved * this.#burst);
    this.#earned = earned;
    if (this.#saved > 0) {
      this.#saved--;
      return true;
    }
    this.#tokens = Math.min(this.#tokens + ((clock.now - this.#filledAt) * this.#perSecond) / 1_000, this.#burst);
    this.#filledAt = clock.now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
