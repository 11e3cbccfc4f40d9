import { Code, ConnectError } from '@connectrpc/connect';
import { MessageReader } from './message-reader.ts';

/** What the messages of a request are made of. */
export interface MessageSource<T> {
  readonly maxMessageBytes: number;
  /** @returns a promise when it takes its time @throws {ConnectError} when it is no message; as the promise does */
  decode(flags: number, bytes: Uint8Array): T | Promise<T>;
  /** Lets the client send as many bytes more. */
  consume(bytes: number): void;
  /** Lets the client send on although what it has sent is kept. */
  readAhead(): void;
  /** Nothing more is wanted. */
  discard(): void;
}

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const done: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The messages of a request, for one reader, which are decoded when they are asked for. The client may send more as they are read.
 *
 * @throws {ConnectError} from the iteration: what is no message is INVALID_ARGUMENT, one too large RESOURCE_EXHAUSTED; what
 *   `interrupt` says
 */
export class RequestMessages<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: MessageSource<T>;
  readonly #reader: MessageReader;
  /** Bytes that have come and were not consumed. */
  #held = 0;
  #hasEnded = false;
  #isDone = false;
  #reason: ConnectError | undefined;
  #waiting: Waiting<T> | undefined;
  /** The message before, while it is not there yet. */
  #before: Promise<unknown> | undefined;
  /** Since when the reader waits, by `performance.now()`; undefined while it does not. */
  waitingSince: number | undefined = undefined;

  constructor(source: MessageSource<T>) {
    this.#source = source;
    this.#reader = new MessageReader(source.maxMessageBytes);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(chunk: Uint8Array, start: number, end: number): void {
    if (this.#isDone) return;
    this.#reader.push(chunk, start, end);
    this.#held += end - start;
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Ends the iteration with the reason, as soon as it waits for what has not come. */
  interrupt(reason: ConnectError): void {
    this.#reason ??= reason;
    this.#wake();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#before !== undefined) return this.#before.then(() => this.next());
    try {
      return this.#read() ?? this.#wait();
    } catch (error) {
      this.#stop();
      return Promise.reject(error);
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#stop();
    return Promise.resolve(done);
  }

  /** @returns undefined when what is next has not come */
  #read(): Promise<IteratorResult<T, undefined>> | undefined {
    if (this.#isDone) return Promise.resolve(done);
    const bytes = this.#reader.next();
    if (bytes !== undefined) {
      this.#consume(this.#held - this.#reader.unread);
      const value = this.#source.decode(this.#reader.flags, bytes);
      return value instanceof Promise ? this.#whenDecoded(value) : Promise.resolve({ done: false, value });
    }
    if (this.#reason !== undefined) throw this.#reason;
    if (!this.#hasEnded) return undefined;
    if (this.#reader.unread > 0) {
      throw new ConnectError('protocol error: incomplete envelope', Code.InvalidArgument);
    }
    this.#isDone = true;
    return Promise.resolve(done);
  }

  async #whenDecoded(value: Promise<T>): Promise<IteratorResult<T, undefined>> {
    this.#before = value.catch(() => {});
    try {
      return { done: false, value: await value };
    } catch (error) {
      this.#stop();
      throw error;
    } finally {
      this.#before = undefined;
    }
  }

  /** The rest of a message that is larger than the window comes only when the window of its beginning is given back. */
  #wait(): Promise<IteratorResult<T, undefined>> {
    this.#readAhead();
    this.waitingSince = performance.now();
    const waiting = new Promise<IteratorResult<T, undefined>>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#before = waiting.catch(() => {});
    return waiting;
  }

  #wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      const message = this.#read();
      if (message === undefined) {
        this.#readAhead();
        return;
      }
      this.#stopWaiting();
      waiting.resolve(message as unknown as IteratorResult<T, undefined>);
    } catch (error) {
      this.#stop();
      this.#stopWaiting();
      waiting.reject(error);
    }
  }

  #stopWaiting(): void {
    this.#waiting = undefined;
    this.#before = undefined;
    this.waitingSince = undefined;
  }

  #consume(bytes: number): void {
    this.#held -= bytes;
    this.#source.consume(bytes);
  }

  #readAhead(): void {
    if (this.#held === 0) return;
    this.#reader.own();
    this.#source.readAhead();
  }

  #stop(): void {
    this.#isDone = true;
    this.#reader.clear();
    this.#source.discard();
  }
}
