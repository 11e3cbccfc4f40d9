import type { Envelope } from '@example/rpc-core';
import type { Request } from './codec.ts';
import { endSource } from './end-source.ts';
import { maxKeptBytes } from './request-body.ts';

type Result = IteratorResult<Envelope, undefined>;

const done: Result = { done: true, value: undefined };

/** The messages of a request with several concurrent attempts. Each attempt reads all messages. */
export class SharedMessages {
  readonly #source: AsyncIterator<Request>;
  readonly #encode: (message: Request) => Envelope | Promise<Envelope>;
  readonly #onFull: () => void;
  readonly #readers = new Set<MessageReader>();
  #kept: Envelope[] = [];
  #keptBytes = 0;
  /** The number of messages that are no longer kept. */
  #dropped = 0;
  #end: { readonly error?: unknown } | undefined;
  #reading: Promise<void> | undefined;
  #isClosed = false;

  /** @param onFull called when the kept messages exceed the limit. It must leave only one reader. */
  constructor(
    source: AsyncIterable<Request>,
    encode: (message: Request) => Envelope | Promise<Envelope>,
    onFull: () => void,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#encode = encode;
    this.#onFull = onFull;
  }

  reader(): MessageReader {
    const reader = new MessageReader(this);
    this.#readers.add(reader);
    return reader;
  }

  /** Call when no further reader will be created. */
  close(): void {
    this.#isClosed = true;
    this.#endSource();
  }

  /** @param read how many messages the reader has read @returns undefined until the next message or the end is known */
  next(read: number): Result | undefined {
    const message = this.#kept[read - this.#dropped];
    if (message !== undefined) {
      if (this.#isClosed && this.#readers.size === 1) this.#dropUntil(read + 1);
      return { done: false, value: message };
    }
    if (this.#end === undefined) return undefined;
    if ('error' in this.#end) throw this.#end.error;
    return done;
  }

  #dropUntil(read: number): void {
    this.#kept.splice(0, read - this.#dropped);
    this.#dropped = read;
  }

  /** Resolves when the source has returned another message, or has ended. */
  more(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { done: isEnd, value } = await this.#source.next();
      if (isEnd === true) {
        this.#end = {};
        return;
      }
      const envelope = await this.#encode(value);
      this.#kept.push(envelope);
      this.#keptBytes += envelope.bytes.length;
      if (this.#keptBytes > maxKeptBytes && !this.#isClosed) this.#onFull();
    } catch (error) {
      this.#end = { error };
    }
  }

  leave(reader: MessageReader): void {
    this.#readers.delete(reader);
    this.#endSource();
  }

  #endSource(): void {
    if (this.#isClosed && this.#readers.size === 0) void endSource(this.#source);
  }
}

/** Reads the messages for one attempt. */
export class MessageReader implements AsyncIterableIterator<Envelope, undefined> {
  readonly #messages: SharedMessages;
  #hasLeft = false;
  /** The number of messages that were read. */
  read = 0;

  constructor(messages: SharedMessages) {
    this.#messages = messages;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result> {
    while (!this.#hasLeft) {
      const result = this.#messages.next(this.read);
      if (result?.done === false) this.read += 1;
      if (result !== undefined) return result;
      await this.#messages.more();
    }
    return done;
  }

  async return(): Promise<Result> {
    this.#hasLeft = true;
    this.#messages.leave(this);
    return done;
  }
}
