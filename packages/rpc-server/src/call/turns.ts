import { acceptBurst } from './accept-burst.ts';

/** The time that waiting work may take in one turn of the event loop, in milliseconds. */
const turnMs = 3;
/** The time that one connection's work may take before the work of the next connection, in milliseconds. */
const shareMs = 1;
/** The longest time for which work is postponed while connections are being accepted, in milliseconds. */
const maxPostponedMs = 100;
/**
 * The clock is read after each portion of work. A portion is this fraction of the bytes that may be worked on without
 * waiting.
 */
const readingPart = 1 / 8;

interface Work {
  readonly bytes: number;
  readonly start: () => void;
}

/** The waiting work of one connection. */
interface Waiting {
  /** When the connection began to wait for its turn: a time of `performance.now()`. */
  readonly since: number;
  readonly work: Work[];
  /** The time that its work has taken in this turn, in milliseconds. */
  usedMs: number;
}

/** Spreads work over turns of the event loop, so that other events are handled in between. */
export class Turns {
  readonly #freeBytes: number;
  readonly #now: () => number;
  /** The waiting work by connection. The first connection is served next. */
  readonly #waiting = new Map<object, Waiting>();
  #left: number;
  #endOfTurn = 0;
  #startedAt = 0;
  /** The connection whose work was started last, until the clock is read again. */
  #served: object | undefined;
  /** The bytes that `#served` may still work on without waiting. */
  #allowance = 0;

  /** @param freeBytes the bytes that may be worked on before work has to wait @param now the clock, in milliseconds */
  constructor(freeBytes: number, now = () => performance.now()) {
    this.#freeBytes = freeBytes;
    this.#now = now;
    this.#left = freeBytes;
  }

  /**
   * Call this before the work.
   *
   * @param bytes the bytes to work on; one call may exceed the bytes of a turn
   * @param connection identifies the connection of the call. Connections whose work waits take turns
   * @returns undefined when the work may start at once, or a promise of a later turn of the event loop
   */
  wait(bytes: number, connection: object): Promise<void> | undefined {
    // `#left` also counts the bytes of earlier turns. Work starts at once until their sum is large.
    if (this.#left > 0 && this.#waiting.size === 0 && !acceptBurst.isUnderWay) {
      this.#left -= bytes;
      return undefined;
    }
    // A stream may continue with its next message in the same tick. Otherwise each message of several streams would
    // take a tick.
    if (connection === this.#served && this.#allowance > 0) {
      this.#allowance -= bytes;
      return undefined;
    }
    if (this.#waiting.size === 0) setImmediate(this.#beginTurn);
    return new Promise((start) => {
      const waiting = this.#waiting.get(connection);
      if (waiting === undefined)
        this.#waiting.set(connection, { since: this.#now(), work: [{ bytes, start }], usedMs: 0 });
      else waiting.work.push({ bytes, start });
    });
  }

  /** How long the connection that is served next has waited, in milliseconds. @param now a time of the clock */
  waitedMs(now: number): number {
    const [first] = this.#waiting.values();
    return now - (first?.since ?? now);
  }

  readonly #beginTurn = (): void => {
    const now = this.#now();
    if (acceptBurst.isUnderWay && this.waitedMs(now) < maxPostponedMs) setImmediate(this.#beginTurn);
    else {
      this.#endOfTurn = now + turnMs;
      this.#startSome(now);
    }
  };

  #startSome(now: number): void {
    const [[connection, { work }]] = this.#waiting as unknown as [[object, Waiting]];
    this.#startedAt = now;
    this.#served = connection;
    this.#allowance = readingPart * this.#freeBytes;
    do {
      const next = work.shift() as Work;
      next.start();
      this.#allowance -= next.bytes;
    } while (work.length > 0 && this.#allowance > 0);
    if (work.length > 0 || this.#waiting.size > 1) queueMicrotask(this.#afterWork);
    else {
      this.#served = undefined;
      this.#waiting.clear();
      this.#left = this.#freeBytes;
    }
  }

  /** `process.nextTick` calls back when no microtask is left: the work that was started is done then. */
  readonly #afterWork = (): void => process.nextTick(this.#continue);

  readonly #continue = (): void => {
    const now = this.#now();
    this.#served = undefined;
    const [[connection, waiting]] = this.#waiting as unknown as [[object, Waiting]];
    waiting.usedMs += now - this.#startedAt;
    const hasWork = waiting.work.length > 0;
    if (!hasWork || waiting.usedMs >= shareMs) {
      this.#waiting.delete(connection);
      if (hasWork) this.#waiting.set(connection, { ...waiting, since: now, usedMs: 0 });
    }
    if (now < this.#endOfTurn) this.#startSome(now);
    else setImmediate(this.#beginTurn);
  };
}

/**
 * Spreads the decoding of messages over turns: many messages that arrive or are decompressed together would otherwise
 * block the event loop. Even if all bytes are empty fields, which take the longest, a turn lasts only a few
 * milliseconds.
 */
export const decoding = new Turns(32 * 1024);

/**
 * Spreads the reads of handlers from their stores. Requests that arrive together are handled together, and a store in
 * this process returns at once. Without this limit, 250 small requests on one connection would load 250 pages into
 * memory before the first page is counted.
 */
export const storeReads = new Turns(1024 * 1024);

/**
 * Spreads large requests of HTTP/1.1. libuv reads up to 2 MiB from one socket before it turns to the next, so that
 * fifty clients with large requests would delay all others.
 */
export const requestReads = new Turns(1024 * 1024);
