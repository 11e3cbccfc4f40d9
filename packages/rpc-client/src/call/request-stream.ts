import { ConnectError } from '@connectrpc/connect';
import type { Envelope } from '@example/rpc-core';
import type { Attempt } from './attempt.ts';
import type { Call } from './call.ts';
import { endSource } from './end-source.ts';
import { maxKeptBytes, type RequestBody } from './request-body.ts';

/** The request of a streaming call. It takes the next message from its source when the previous one has been sent. */
export class RequestStream<T> implements RequestBody {
  readonly headers = undefined;
  readonly isEmpty = false;
  readonly encoding = undefined;
  readonly #source: AsyncIterator<T>;
  readonly #encode: (message: T) => Envelope | Promise<Envelope>;
  #call: Call | undefined;
  #attempt: Attempt | undefined;
  /** All messages so far; undefined when they are no longer kept. */
  #kept: Envelope[] | undefined = [];
  #keptBytes = 0;
  isWaiting = false;
  #isStarted = false;
  #isEnded = false;
  #isStopped = false;
  #wake: (() => void) | undefined;

  constructor(source: AsyncIterable<T>, encode: (message: T) => Envelope | Promise<Envelope>) {
    this.#source = source[Symbol.asyncIterator]();
    this.#encode = encode;
  }

  /** Sets the call that sends this request. Call this before the call starts. */
  belongTo(call: Call): void {
    this.#call = call;
  }

  attach(attempt: Attempt): void {
    this.#attempt = attempt;
    let goesOn = true;
    for (const message of this.#kept ?? []) goesOn = attempt.send(message, false);
    if (this.#isEnded) attempt.endRequest();
    if (!this.#isStarted) {
      this.#isStarted = true;
      void this.#sendAll();
    } else if (goesOn) this.#goOn();
  }

  detach(): boolean {
    this.#attempt = undefined;
    return this.#kept !== undefined;
  }

  onDrain(): void {
    this.#goOn();
  }

  stop(): void {
    this.#isStopped = true;
    this.#attempt = undefined;
    this.#kept = undefined;
    this.#goOn();
    void endSource(this.#source);
  }

  #goOn(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  async #sendAll(): Promise<void> {
    try {
      for (;;) {
        this.isWaiting = true;
        const { done, value } = await this.#source.next();
        this.isWaiting = false;
        if (this.#isStopped) return;
        if (done === true) break;
        const encoded = this.#encode(value);
        const message = encoded instanceof Promise ? await encoded : encoded;
        if (this.#isStopped) return;
        this.#keep(message);
        if (this.#attempt?.send(message, false) === true) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      this.#isEnded = true;
      this.#attempt?.endRequest();
    } catch (error) {
      this.#call?.cancel(ConnectError.from(error));
    }
  }

  #keep(message: Envelope): void {
    if (this.#kept === undefined) return;
    this.#keptBytes += message.bytes.length;
    if (this.#keptBytes <= maxKeptBytes && this.#call?.mayRepeat === true) this.#kept.push(message);
    else this.#kept = undefined;
  }
}
