import { coarseClock } from './coarse-clock.ts';

/** Earned tokens are capped at this many times the burst. */
const maxCreditPerBurst = 100;

/** A token bucket that refills at a steady rate, plus a credit of earned tokens that is spent first. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt = coarseClock.now;
  #credit = 0;
  #earned = 0;

  /** @param burst the capacity of the bucket */
  constructor(perSecond: number, burst = perSecond) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /**
   * Takes one token.
   *
   * @param earned the total number of extra tokens earned since the limit was created
   * @returns false if the rate is exceeded
   */
  take(earned = 0): boolean {
    this.#credit = Math.min(this.#credit + earned - this.#earned, maxCreditPerBurst * this.#burst);
    this.#earned = earned;
    if (this.#credit > 0) {
      this.#credit--;
      return true;
    }
    const { now } = coarseClock;
    this.#tokens = Math.min(this.#tokens + ((now - this.#filledAt) * this.#perSecond) / 1_000, this.#burst);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
