import { Code, ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { LRUCache } from 'lru-cache';
import type { ServerConfig } from '../config/server-config.ts';

const second = 1_000;
/** The time in which a caller may have one burst, in milliseconds. */
const minute = 60 * second;

/** How many callers are tracked. Beyond that, the caller that has not called for longest is dropped. */
const trackedCallers = 100_000;

/** The calls of one caller in its current second, and those beyond the rate in its current minute. */
interface Count {
  secondEnds: number;
  calls: number;
  minuteEnds: number;
  beyond: number;
}

function newCount(): Count {
  return { secondEnds: 0, calls: 0, minuteEnds: 0, beyond: 0 };
}

/** Limits the calls of each caller: a rate in each second, and a burst above it once a minute. */
export class RateLimit {
  readonly #rate: number;
  readonly #burst: number;
  readonly #counts = new LRUCache<string, Count>({ max: trackedCallers });
  /** Callers often come several times in a row. */
  #lastCaller = '';
  #lastCount = newCount();

  constructor({ callsPerSecond, callBurst }: Pick<ServerConfig, 'callsPerSecond' | 'callBurst'>) {
    this.#rate = callsPerSecond;
    this.#burst = callBurst - callsPerSecond;
  }

  /** Counts a call. @throws {ConnectError} RESOURCE_EXHAUSTED with RetryInfo when the caller is over its limit */
  count(caller: string): void {
    const now = performance.now();
    const count = this.#countOf(caller);
    if (now >= count.secondEnds) {
      count.secondEnds = now + second;
      count.calls = 0;
    }
    count.calls += 1;
    if (count.calls <= this.#rate) return;
    if (now >= count.minuteEnds) {
      count.minuteEnds = now + minute;
      count.beyond = 0;
    }
    count.beyond += 1;
    if (count.beyond <= this.#burst) return;
    const retryDelay = { seconds: 0n, nanos: Math.min(999, Math.ceil(count.secondEnds - now)) * 1_000_000 };
    throw new ConnectError('too many calls, try again later', Code.ResourceExhausted, undefined, [
      { desc: RetryInfoSchema, value: { retryDelay } },
    ]);
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
