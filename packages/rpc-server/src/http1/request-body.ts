import type { Readable } from 'node:stream';
import type { StreamHandler } from '@example/http2';
import { requestReads } from '../call/turns.ts';

/** The number of bytes that a peer may send ahead of the reader: the initial window of HTTP/2. */
const windowBytes = 65_535;

/** Added to the length of each chunk, in bytes: handling a chunk takes at least as long as reading this many bytes. */
const chunkCost = 64;

/** The body of a request, read from a stream of Node with the backpressure of a `CallStream`. */
export class RequestBody {
  readonly #readable: Readable;
  readonly #source: Readable;
  /** Bytes passed to the handler that have been neither consumed nor read ahead. */
  #unconsumed = 0;
  #isDiscarded = false;
  /** The cost of the chunks since the last wait for a turn of the event loop, in bytes. */
  #sinceYield = 0;
  #isYielding = false;
  hasEnded = false;

  /** @param source is paused for backpressure */
  constructor(readable: Readable, source: Readable) {
    this.#readable = readable;
    this.#source = source;
  }

  /** Passes the body on to the handler from now on. */
  start(handler: StreamHandler): void {
    this.#readable.on('data', (chunk: Buffer) => {
      if (!this.#isDiscarded) this.#unconsumed += chunk.length;
      this.#yieldIfDue(chunk.length + chunkCost);
      if (this.#mustPause) this.#source.pause();
      handler.onData(chunk, 0, chunk.length);
    });
    this.#readable.once('end', () => {
      this.hasEnded = true;
      handler.onEnd(undefined);
    });
    this.#resume();
  }

  consume(bytes: number): void {
    this.#unconsumed = Math.max(0, this.#unconsumed - bytes);
    this.#resume();
  }

  readAhead(): void {
    this.#unconsumed = 0;
    this.#resume();
  }

  /** Reads and drops the rest, because the next request of the connection follows it. */
  discard(): void {
    this.#isDiscarded = true;
    this.#unconsumed = 0;
    this.#resume();
  }

  #yieldIfDue(bytes: number): void {
    this.#sinceYield += bytes;
    if (this.#isYielding || this.#sinceYield < windowBytes) return;
    const turn = requestReads.wait(this.#sinceYield, this);
    this.#sinceYield = 0;
    this.#isYielding = turn !== undefined;
    turn?.then(() => {
      this.#isYielding = false;
      this.#resume();
    });
  }

  get #mustPause(): boolean {
    return this.#isYielding || this.#unconsumed >= windowBytes;
  }

  #resume(): void {
    if (!this.#mustPause && !this.hasEnded && this.#source.isPaused()) this.#source.resume();
  }
}
