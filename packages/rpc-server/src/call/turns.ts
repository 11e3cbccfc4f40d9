interface Waiting {
  readonly bytes: number;
  /** A time of `performance.now()`, in milliseconds. */
  readonly since: number;
  readonly start: () => void;
}

/** Spreads work over turns of the event loop, so that other events are handled in between. */
class Turns {
  readonly #turnBytes: number;
  readonly #waiting: Waiting[] = [];
  #left: number;

  /** @param turnBytes the bytes that all calls together may work on in one turn */
  constructor(turnBytes: number) {
    this.#turnBytes = turnBytes;
    this.#left = turnBytes;
  }

  /**
   * Call this before the work.
   *
   * @param bytes to work on; one call may exceed the bytes of a turn
   * @returns undefined when the work may start at once, or a promise of a later turn of the event loop
   */
  wait(bytes: number): Promise<void> | undefined {
    // The bytes of earlier turns count too, so that nothing is scheduled until the sum is large.
    if (this.#left > 0 && this.#waiting.length === 0) {
      this.#left -= bytes;
      return undefined;
    }
    if (this.#waiting.length === 0) setImmediate(() => this.#begin());
    return new Promise((start) => this.#waiting.push({ bytes, since: performance.now(), start }));
  }

  /** How long the oldest work has waited, in milliseconds. @param now a time of `performance.now()` */
  waitedMs(now: number): number {
    return now - (this.#waiting[0]?.since ?? now);
  }

  #begin(): void {
    this.#left = this.#turnBytes;
    let count = 0;
    for (; count < this.#waiting.length && this.#left > 0; count++) {
      const { bytes, start } = this.#waiting[count] as Waiting;
      this.#left -= bytes;
      start();
    }
    this.#waiting.splice(0, count);
    if (this.#waiting.length > 0) setImmediate(() => this.#begin());
  }
}

/**
 * Spreads the decoding of messages: a turn decodes at most as many bytes as take a few milliseconds if they are empty
 * fields. Otherwise many messages that arrive or are decompressed together would block the event loop.
 */
export const decoding = new Turns(32 * 1024);

/**
 * Spreads the reads of handlers from their stores. Requests that arrive together are handled together, and a store in
 * this process returns at once. Without this limit, 250 small requests on one connection would load 250 pages into
 * memory before the first page is counted.
 */
export const storeReads = new Turns(4 * 1024 * 1024);

/**
 * Spreads large requests of HTTP/1.1. libuv reads up to 2 MiB from one socket before it turns to the next, so that
 * fifty clients with large requests would delay all others.
 */
export const requestReads = new Turns(1024 * 1024);
