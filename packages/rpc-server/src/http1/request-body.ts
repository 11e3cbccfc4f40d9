import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { StreamHandler } from '@example/http2';
import { requestReads } from '../call/turns.ts';

/** The number of bytes that a peer may send ahead of the reader: the initial window of HTTP/2. */
const windowBytes = 65_535;

/** Added to the length of each chunk, in bytes: handling a chunk takes at least as long as reading this many bytes. */
const chunkCost = 64;

/**
 * A request of Node's HTTP/1.1 parser that passes its body on at once. A `Readable` passes it on in later ticks, which
 * takes a tenth of the time of a small call. Backpressure pauses the socket and not the request, because a paused
 * request keeps each chunk in memory, and a chunk of one byte takes hundreds of bytes.
 */
export class Http1Request extends IncomingMessage {
  #body: RequestBody | undefined;

  /** Passes the body on from now on, beginning with what has arrived before (pipelining). */
  passTo(body: RequestBody): void {
    const waiting: Buffer | null = this.read();
    if (waiting !== null) body.onData(waiting);
    this.#body = body;
    if (this.complete) body.onEnd();
  }

  /** Node's parser calls this with each chunk, and with null at the end. */
  override push(chunk: Buffer | null): boolean {
    if (this.#body === undefined) return super.push(chunk);
    if (chunk !== null) this.#body.onData(chunk);
    else {
      this.#body.onEnd();
      this.emit('end');
    }
    return true;
  }

  // @ts-expect-error It is an accessor in Node, too.
  override get readableEnded(): boolean {
    return this.#body?.hasEnded ?? Reflect.get(IncomingMessage.prototype, 'readableEnded', this);
  }
}

/** The body of a request, read from a stream of Node with the backpressure of a `CallStream`. */
export class RequestBody {
  readonly #source: Readable;
  #handler: StreamHandler | undefined;
  /** Bytes passed to the handler that have been neither consumed nor read ahead. */
  #unconsumed = 0;
  #isDiscarded = false;
  /** The cost of the chunks since the last wait for a turn of the event loop, in bytes. */
  #sinceYield = 0;
  #isYielding = false;
  hasEnded = false;

  /** @param source is paused for backpressure */
  constructor(source: Readable) {
    this.#source = source;
  }

  /** @param handler gets the body */
  open(handler: StreamHandler): void {
    this.#handler = handler;
  }

  onData(chunk: Buffer): void {
    if (!this.#isDiscarded) this.#unconsumed += chunk.length;
    this.#yieldIfDue(chunk.length + chunkCost);
    if (this.#mustPause) this.#source.pause();
    this.#handler?.onData(chunk, 0, chunk.length);
  }

  onEnd(): void {
    this.hasEnded = true;
    this.#handler?.onEnd(undefined);
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
