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

  /** @param turnBytes what all calls together may work on in one turn */
  constructor(turnBytes: number) {
    this.#turnBytes = turnBytes;
    this.#left = turnBytes;
  }

  /**
   * Call it before the work.
   *
   * @param bytes to work on; one call may have more than a turn
   * @returns undefined when the work may start at once, or a promise of a later turn of the event loop
   */
  wait(bytes: number): Promise<void> | undefined {
    // The bytes of earlier turns count, too, so that nothing has to be scheduled until they are many.
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
 * Messages to decode: a few milliseconds of empty fields. Many messages that arrive at once, or are decompressed at
 * once, would otherwise hold the event loop together, though none does alone.
 */
export const decoding = new Turns(32 * 1024);

/**
 * What handlers read from their stores. Requests that arrive together are handled together, and a store in the process
 * is read at once: without a limit, 250 small requests on one connection would bring 250 pages into memory before the
 * first of them is counted.
 */
export const storeReads = new Turns(4 * 1024 * 1024);

/**
 * Large requests of HTTP/1.1. Libuv reads up to 2 MiB from one socket before it looks at the next: fifty clients that
 * send large requests would hold up all others.
 */
export const requestReads = new Turns(1024 * 1024);
