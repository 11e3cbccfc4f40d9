import { Code, type ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { retryLater } from '../retry-later.ts';

const second = 1_000;
/** The time in which a caller may have one burst, in milliseconds. */
const minute = 60 * second;

/** How many callers are tracked. Beyond that, the caller with the oldest call is dropped. */
const trackedCallers = 100_000;

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

/** Limits the calls or messages of each caller: a rate in each second, and a burst above it once a minute. */
export class RateLimit {
  readonly #rate: number;
  readonly #burst: number;
  /** Limited by size, because a cache that is limited by number allocates all of its memory at the start. */
  readonly #counts = new LRUCache<string, Count>({ maxSize: trackedCallers, sizeCalculation: () => 1 });
  /** Checked before the cache, because most callers make several calls in a row. */
  #lastCaller = '';
  #lastCount = newCount();

  /** @param burst the number that a caller may take in one second, once a minute */
  constructor(perSecond: number, burst = perSecond) {
    this.#rate = perSecond;
    this.#burst = burst - perSecond;
  }

  /**
   * @param recent a recent time of `performance.now()`, in milliseconds. It saves reading the clock for most calls
   * @returns 0; when the caller is over its limit, the time until its next second, in milliseconds
   */
  take(caller: string, recent = Number.POSITIVE_INFINITY): number {
    const count = this.#countOf(caller);
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
    const { secondEnds, taken, minuteEnds, beyond } = this.#countOf(caller);
    const isBurstOver = this.#burst === 0 || (now < minuteEnds && beyond >= this.#burst);
    return now < secondEnds && taken >= this.#rate && isBurstOver;
  }

  /** @throws {ConnectError} RESOURCE_EXHAUSTED with RetryInfo when the caller is over its limit */
  count(caller: string, recent?: number): void {
    const waitMs = this.take(caller, recent);
    if (waitMs > 0) throw tooMany('calls', waitMs);
  }

  #countOf(caller: string): Count {
    if (caller === this.#lastCaller) return this.#lastCount;
    let count = this.#counts.get(caller);
    if (count === undefined) {
      count = newCount();
      this.#counts.set(caller, count);
    }
    this.#lastCaller = caller;
    this.#lastCount = count;
    return count;
  }
}

/** @param waitMs the time until the caller may try again, in milliseconds, at most a second */
export function tooMany(what: string, waitMs: number): ConnectError {
  return retryLater(`too many ${what}, try again later`, Code.ResourceExhausted, Math.min(999, Math.ceil(waitMs)));
}
