import type { ConnectError } from '@connectrpc/connect';
import { EnvelopeReader } from '@example/rpc-core';
import type { Request } from './codec.ts';
import { messageTimedOut } from './deadline.ts';
import { incompleteEnvelope } from './errors.ts';
import { decodeMessage } from './message-coding.ts';
import type { RequestCall, RequestReader } from './request-reader.ts';
import { decoding } from './turns.ts';

type Result = IteratorResult<Request, undefined>;

/** The number of bytes whose decoding takes about as long as the handling of one message. */
const messageCost = 128;

const done: Result = { done: true, value: undefined };

/**
 * The request of a streaming call: an iterable of messages, for one handler. Each message is decoded when the handler
 * requests it, and only then may the client send more (backpressure).
 *
 * @throws {ConnectError} from the iteration: INVALID_ARGUMENT for an invalid message, RESOURCE_EXHAUSTED for a message
 *   that is too large, DEADLINE_EXCEEDED when the client pauses for too long, or the reason why the call has ended
 */
export class RequestStream implements RequestReader, AsyncIterableIterator<Request, undefined> {
  readonly #call: RequestCall;
  readonly #envelopes: EnvelopeReader;
  readonly #gapMs: number;
  /**
   * Whether the client may pause without a limit. In a bidirectional call it may do so after its first message, because
   * it may only want to listen.
   */
  #mayPause = false;
  /** Received bytes that have not been returned to the flow-control window. */
  #held = 0;
  /** The bytes of the last delivered message, which still count as held. */
  #delivered = 0;
  #isEnded = false;
  #isDone = false;
  #reason: (() => ConnectError) | undefined;
  /** Whether the next message has been counted. */
  #isCounted = false;
  /** Set while the next message waits, because its caller has exceeded MESSAGES_PER_SECOND. */
  #throttle: NodeJS.Timeout | undefined;
  #waiting: PromiseWithResolvers<Result> | undefined;
  /** A time of `performance.now()`; undefined while the handler is not waiting for a message. */
  #waitingSince: number | undefined;
  /** Settles when the previous message is delivered, so that concurrent calls of `next` are served in order. */
  #previous: Promise<unknown> | undefined;

  constructor(call: RequestCall) {
    this.#call = call;
    this.#envelopes = new EnvelopeReader(call.maxRequestBytes);
    this.#gapMs = call.config.messageGapMs;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  onData(chunk: Uint8Array, start: number, end: number): void {
    if (this.#isDone || !this.#call.take(end - start)) return;
    const isNext = this.#envelopes.unread === 0;
    this.#envelopes.push(chunk, start, end);
    this.#held += end - start;
    this.#deliver();
    // The message is incomplete: from now on the client must not pause for too long.
    if (isNext && this.#waiting !== undefined) this.#waitingSince = performance.now();
  }

  onEnd(): void {
    this.#isEnded = true;
    this.#deliver();
  }

  start(): void {
    this.#call.handleStream(this);
  }

  stop(reason: () => ConnectError): void {
    this.#interrupt(reason);
  }

  get timeoutAt(): number {
    if (this.#mayPause && this.#envelopes.unread === 0) return Number.POSITIVE_INFINITY;
    const since = this.#throttle === undefined ? this.#waitingSince : undefined;
    return (since ?? performance.now()) + this.#gapMs;
  }

  onTimeout(): void {
    this.#interrupt(() => messageTimedOut(this.#gapMs));
  }

  /** Ends the iteration with `reason`, after all messages that have already arrived. */
  #interrupt(reason: () => ConnectError): void {
    this.#reason ??= reason;
    this.#deliver();
  }

  next(): Promise<Result> {
    if (this.#previous !== undefined) return this.#previous.then(() => this.next());
    const turn = decoding.wait(messageCost, this.#call.connection);
    return turn === undefined ? this.#next() : this.#nextAfter(turn);
  }

  #next(): Promise<Result> {
    try {
      return this.#read() ?? this.#wait();
    } catch (error) {
      this.#stopReading();
      return Promise.reject(error);
    }
  }

  return(): Promise<Result> {
    this.#stopReading();
    return Promise.resolve(done);
  }

  /** @returns undefined when the next message has not arrived */
  #read(): Promise<Result> | undefined {
    if (this.#isDone) return Promise.resolve(done);
    const envelopes = this.#envelopes;
    if (!this.#isThrottled() && envelopes.advance()) {
      this.#isCounted = false;
      this.#mayPause = this.#call.desc.methodKind === 'bidi_streaming';
      this.#consume(this.#held - envelopes.unread);
      const { flags, bytes, messageStart, messageEnd } = envelopes;
      const value = decodeMessage(this.#call, flags, bytes, messageStart, messageEnd);
      return value instanceof Promise ? this.#whenDecoded(value) : Promise.resolve({ done: false, value });
    }
    if (this.#reason !== undefined) throw this.#reason();
    if (!this.#isEnded || this.#throttle !== undefined) return undefined;
    if (envelopes.unread > 0) throw incompleteEnvelope();
    this.#isDone = true;
    return Promise.resolve(done);
  }

  /** A caller over MESSAGES_PER_SECOND gets backpressure instead of an error: its messages wait for the next second. */
  #isThrottled(): boolean {
    if (this.#throttle !== undefined) return true;
    if (this.#isCounted || this.#envelopes.unread === 0) return false;
    const waitMs = this.#call.takeMessage();
    this.#isCounted = waitMs === 0;
    if (this.#isCounted) return false;
    this.#throttle = setTimeout(() => {
      this.#throttle = undefined;
      if (this.#waiting !== undefined) this.#waitingSince = performance.now();
      this.#deliver();
    }, waitMs);
    return true;
  }

  async #whenDecoded(value: Promise<Request>): Promise<Result> {
    this.#previous = value.catch(() => {});
    try {
      return { done: false, value: await value };
    } catch (error) {
      this.#stopReading();
      throw error;
    } finally {
      this.#previous = undefined;
    }
  }

  #nextAfter(turn: Promise<void>): Promise<Result> {
    this.#previous = turn;
    return turn.then(() => {
      this.#previous = undefined;
      return this.#next();
    });
  }

  #wait(): Promise<Result> {
    this.#readAhead();
    this.#waitingSince = performance.now();
    const waiting = Promise.withResolvers<Result>();
    this.#waiting = waiting;
    this.#previous = waiting.promise.catch(() => {});
    return waiting.promise;
  }

  /** Delivers the next message to a waiting handler, if the message has arrived. */
  #deliver(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      const result = this.#read();
      if (result === undefined) {
        this.#readAhead();
        return;
      }
      this.#stopWaiting();
      waiting.resolve(result);
    } catch (error) {
      this.#stopReading();
      this.#stopWaiting();
      waiting.reject(error);
    }
  }

  #stopWaiting(): void {
    this.#waiting = undefined;
    this.#waitingSince = undefined;
    this.#previous = undefined;
  }

  #consume(bytes: number): void {
    this.#held -= bytes;
    this.#call.release(this.#delivered);
    this.#delivered = bytes;
    this.#call.stream.consume(bytes);
  }

  /**
   * Reopens the window for the received part of a message: the rest of a message that is larger than the window could
   * not arrive otherwise.
   */
  #readAhead(): void {
    if (this.#throttle !== undefined) return;
    this.#envelopes.compact();
    if (this.#held > 0) this.#call.stream.readAhead();
  }

  #stopReading(): void {
    this.#isDone = true;
    clearTimeout(this.#throttle);
    this.#envelopes.clear();
    this.#call.release(this.#held);
    this.#held = 0;
    this.#call.stream.discard();
  }
}
