import { Code, type ConnectError } from '@connectrpc/connect';
import { retryLater } from '../retry-later.ts';
import { PerCaller } from './per-caller.ts';

const second = 1_000;
/** The time in which a caller may have one burst, in milliseconds. */
const minute = 60 * second;

/** The calls or messages of one caller: `taken` in its current second, and `beyond` the rate in its current minute. */
interface Count {
  secondEnds: number;
  taken: number;
  minuteEnds: number;
  beyond: number;
}

function newCount(): Count {
  return { secondEnds: 0, taken: 0, minuteEnds: 0, beyond: 0 };
}

/** Limits the calls or messages of each caller. */
export interface CallerLimit {
  /**
   * @param now a time of `performance.now()`, in milliseconds
   * @returns 0 if the caller may continue, otherwise the time until it may try again, in milliseconds
   */
  take(caller: string, now?: number): number;

  /**
   * @returns a promise only when the decision takes time
   * @throws {ConnectError} RESOURCE_EXHAUSTED with RetryInfo when the caller is over its limit; also as a rejection
   */
  count(caller: string, now?: number): void | Promise<void>;
}

/** Limits each caller to a rate in each second, with a burst above it once a minute. */
export class RateLimit implements CallerLimit {
  readonly #rate: number;
  readonly #burst: number;
  readonly #counts = new PerCaller(newCount);

  /** @param burst the number that a caller may take in one second, once a minute */
  constructor(perSecond: number, burst = perSecond) {
    this.#rate = perSecond;
    this.#burst = burst - perSecond;
  }

  /**
   * As `CallerLimit.take`. The returned wait ends with the current second of the caller.
   *
   * @param recent a recent time of `performance.now()`, in milliseconds. It saves reading the clock for most calls
   */
  take(caller: string, recent = Number.POSITIVE_INFINITY): number {
    const count = this.#counts.of(caller);
    if (recent < count.secondEnds && count.taken < this.#rate) {
      count.taken += 1;
      return 0;
    }
    const now = performance.now();
    if (now >= count.secondEnds) {
      count.secondEnds = now + second;
      count.taken = 0;
    }
    count.taken += 1;
    if (count.taken <= this.#rate) return 0;
    if (now >= count.minuteEnds) {
      count.minuteEnds = now + minute;
      count.beyond = 0;
    }
    count.beyond += 1;
    return count.beyond <= this.#burst ? 0 : count.secondEnds - now;
  }

  /** Whether the caller cannot take more in its current second. Takes nothing. */
  isOver(caller: string): boolean {
    const now = performance.now();
    const { secondEnds, taken, minuteEnds, beyond } = this.#counts.of(caller);
    const isBurstOver = this.#burst === 0 || (now < minuteEnds && beyond >= this.#burst);
    return now < secondEnds && taken >= this.#rate && isBurstOver;
  }

  /** The rest of the current second of a caller, in milliseconds. */
  secondLeft(caller: string, now: number): number {
    return this.#counts.of(caller).secondEnds - now;
  }

  count(caller: string, recent?: number): void {
    const waitMs = this.take(caller, recent);
    if (waitMs > 0) throw tooMany('calls', waitMs);
  }
}

/** @param waitMs the time until the caller may try again, in milliseconds, at most a second */
export function tooMany(what: string, waitMs: number): ConnectError {
  return retryLater(`too many ${what}, try again later`, Code.ResourceExhausted, Math.min(999, Math.ceil(waitMs)));
}
