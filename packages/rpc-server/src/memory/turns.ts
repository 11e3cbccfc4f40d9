interface Waiting {
  readonly bytes: number;
  readonly resume: () => void;
}

/** Limits the bytes that are worked on in one turn of the event loop. */
export class Turns {
  readonly #bytesPerTurn: number;
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(bytesPerTurn: number) {
    this.#bytesPerTurn = bytesPerTurn;
  }

  /** Waits for a turn with room for `bytes`, in the order of the calls. Alone in a turn there may be any number. */
  async wait(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) this.#use(bytes);
    else await new Promise<void>((resume) => this.#waiting.push({ bytes, resume }));
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#bytesPerTurn;
  }

  #use(bytes: number): void {
    if (this.#used === 0) setImmediate(() => this.#begin());
    this.#used += bytes;
  }

  /** Begins the next turn. */
  #begin(): void {
    this.#used = 0;
    for (let first = this.#waiting[0]; first !== undefined && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#use(first.bytes);
      first.resume();
    }
  }
}

/**
 * What handlers read from their stores. Requests that arrive together are handled together, and a store in the process
 * is read at once: without a limit, 250 small requests on one connection would bring 250 pages into memory before the
 * first of them is counted.
 */
export const storeReads = new Turns(4 * 1024 * 1024);

/**
 * Large requests of HTTP/1.1. Libuv reads up to 2 MiB from one socket before it looks at the next, and accepts one
 * connection a turn: fifty clients that send large requests would keep a new connection waiting for seconds.
 */
export const requestReads = new Turns(1024 * 1024);
