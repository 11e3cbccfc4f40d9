import { Code, ConnectError } from '@connectrpc/connect';
import { appendHeaders } from '../protocol/append-headers.ts';
import type { ResponseEnd, ResponseHead } from '../protocol/protocol.ts';
import type { CallStage } from '../time-spent/time-spent.ts';
import type { Attempt } from './attempt.ts';
import { Call, type CallContext } from './call.ts';
import type { CallMethod } from './call-method.ts';
import type { CallOptions } from './call-options.ts';
import type { Response } from './codec.ts';
import { checkEndLength, incompleteEnvelope, moreThanOneMessage } from './errors.ts';
import { decodeResponse, plainBytes } from './messages.ts';
import type { RequestBody } from './request-body.ts';

type Result = IteratorResult<Response, undefined>;

const done: Result = { done: true, value: undefined };

/**
 * How many messages are read at most in one turn of the event loop. A server may send hundreds of thousands of empty
 * messages at once, and other calls would wait until all are read.
 */
const messagesPerTurn = 512;

/**
 * A call with any number of response messages, for one reader, who iterates over them. Each message is decoded when the
 * reader requests it, and only then may the server send more (backpressure). An error from the server is thrown after
 * all messages that arrived before it. A passed deadline and a cancellation are thrown at once.
 */
export class StreamCall extends Call implements AsyncIterableIterator<Response, undefined> {
  readonly isStream = true;
  /** The trailers, once the iteration has ended. */
  readonly trailer = new Headers();
  readonly #onHeader: (error: ConnectError | undefined) => void;
  #response: Attempt | undefined;
  /** Received bytes that have not been returned to the flow-control window. */
  #held = 0;
  #error: ConnectError | undefined;
  #isDone = false;
  /** The result in the last envelope of the response. It becomes the result of the call when the stream has ended. */
  #lastEnvelope: ResponseEnd | undefined;
  #messages = 0;
  #waiting: PromiseWithResolvers<Result> | undefined;
  /** Settles when the previous message is delivered, so that concurrent calls of `next` are served in order. */
  #previous: Promise<unknown> | undefined;

  /** @param onHeader called once, when the headers of the response have arrived or the call has failed before */
  constructor(
    method: CallMethod,
    request: RequestBody,
    options: CallOptions,
    context: CallContext,
    onHeader: (error: ConnectError | undefined) => void,
  ) {
    super(method, request, options, context);
    this.#onHeader = onHeader;
  }

  /** The headers of the response. */
  get header(): Headers {
    const headers = this.#response?.headers;
    return headers === undefined ? new Headers() : this.method.protocol.headersOf(headers);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // Methods that the attempt calls.

  protected override onResponse(attempt: Attempt): void {
    this.#response = attempt;
    this.#onHeader(undefined);
  }

  onData(attempt: Attempt): void {
    if (this.#isDone || attempt !== this.#response) return;
    this.#deliver();
  }

  onEnd(attempt: Attempt): void {
    if (this.#response !== undefined) {
      this.#deliver();
      return;
    }
    if (this.isDone) return;
    // The response had only headers, which are also its trailers.
    const { headers } = attempt;
    if (headers === undefined) return;
    const end = this.method.protocol.readEnd(headers, attempt.trailers, attempt.body.unread > 0);
    if (end.error !== undefined) {
      this.attemptFailed(attempt, end.error, 'unknown');
      return;
    }
    this.#response = attempt;
    this.#onHeader(undefined);
    this.#end(end);
    this.#deliver();
  }

  protected override stageOf(attempt: Attempt): CallStage {
    const isRead = this.#waiting !== undefined || this.#response === undefined;
    return isRead ? super.stageOf(attempt) : 'reading';
  }

  protected onError(error: ConnectError): void {
    if (this.#response === undefined) this.#onHeader(error);
    this.#error = error;
    this.#deliver();
  }

  // Methods of the iteration.

  next(): Promise<Result> {
    if (this.#previous !== undefined) return this.#previous.then(() => this.next());
    try {
      return this.#read() ?? this.#wait();
    } catch (error) {
      return Promise.reject(this.#stop(ConnectError.from(error, Code.Internal)));
    }
  }

  /** Called when the reader stops before the end of the response. */
  return(): Promise<Result> {
    this.#stop(new ConnectError('the reader has stopped before the end of the response', Code.Canceled));
    return Promise.resolve(done);
  }

  /** @returns undefined when the next message has not arrived */
  #read(): Promise<Result> | undefined {
    if (this.#isDone) return Promise.resolve(done);
    if (this.isCancelled && this.#error !== undefined) throw this.#error;
    const attempt = this.#response;
    const { protocol } = this.method;
    for (let bytes = attempt?.body.next(); bytes !== undefined; bytes = attempt?.body.next()) {
      const { body, head } = attempt as Attempt;
      if ((body.flags & protocol.endFlag) === 0) return this.#decode(head as ResponseHead, body.flags, bytes);
      const flags = body.flags & ~protocol.endFlag;
      if (flags !== 0) {
        const plain = plainBytes(head as ResponseHead, flags, bytes, this.context.maxHeaderBytes);
        return this.#inOrder(
          plain.then((text) => {
            this.#readEndEnvelope(text);
            return this.#read() ?? this.#wait();
          }),
        );
      }
      this.#readEndEnvelope(bytes);
    }
    if (this.#error !== undefined) throw this.#error;
    if (attempt === undefined) return undefined;
    if (this.#lastEnvelope !== undefined && attempt.body.unread > 0) throw extraMessage();
    if (!attempt.isEnded) return undefined;
    this.#readEnd(attempt);
    this.#isDone = true;
    return Promise.resolve(done);
  }

  #decode(head: ResponseHead, flags: number, bytes: Uint8Array): Promise<Result> {
    if (this.#lastEnvelope !== undefined) throw extraMessage();
    this.#messages += 1;
    if (this.#messages > 1 && this.method.desc.methodKind === 'client_streaming') throw moreThanOneMessage();
    const attempt = this.#response as Attempt;
    this.#consume(attempt);
    const value = decodeResponse(this.method, head, flags, bytes, this.context);
    if (value instanceof Promise) return this.#inOrder(value.then((decoded) => ({ done: false, value: decoded })));
    if (this.#messages % messagesPerTurn !== 0) return Promise.resolve({ done: false, value });
    return this.#inOrder(new Promise((resolve) => setImmediate(resolve, { done: false, value })));
  }

  #consume(attempt: Attempt): void {
    const { received, body } = attempt;
    attempt.consume(received - body.unread - this.#held);
    this.#held = received - body.unread;
  }

  async #inOrder(result: Promise<Result>): Promise<Result> {
    this.#previous = result.catch(() => {});
    try {
      return await result;
    } catch (error) {
      throw this.#stop(ConnectError.from(error, Code.Internal));
    } finally {
      this.#previous = undefined;
    }
  }

  #readEndEnvelope(bytes: Uint8Array): void {
    const attempt = this.#response as Attempt;
    if (this.#lastEnvelope !== undefined) throw extraMessage();
    checkEndLength(bytes, this.context.maxHeaderBytes);
    this.#lastEnvelope = this.method.protocol.readEndEnvelope(bytes, attempt.headers as never);
  }

  #readEnd(attempt: Attempt): void {
    if (attempt.body.unread > 0) throw incompleteEnvelope();
    if (this.isDone) return;
    const { protocol } = this.method;
    this.#end(this.#lastEnvelope ?? protocol.readEnd(attempt.headers as never, attempt.trailers, true));
    if (this.#error !== undefined) throw this.#error;
  }

  /** The server has ended the response, with success or with an error. */
  #end({ error, trailers }: ResponseEnd): void {
    appendHeaders(this.trailer, trailers());
    this.finish(error);
  }

  #wait(): Promise<Result> {
    this.#readAhead();
    const waiting = Promise.withResolvers<Result>();
    this.#waiting = waiting;
    this.#previous = waiting.promise.catch(() => {});
    return waiting.promise;
  }

  /** Opens the window for a message that is larger than the window, so that the rest of the message can arrive. */
  #readAhead(): void {
    const attempt = this.#response;
    if (attempt?.body.needsMore() === true && attempt.body.unread > 0) attempt.readAhead();
  }

  /** Passes the next result to the waiting reader, if there is one. */
  #deliver(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      const result = this.#read();
      if (result === undefined) {
        this.#readAhead();
        return;
      }
      this.#waiting = undefined;
      this.#previous = undefined;
      waiting.resolve(result);
    } catch (error) {
      this.#waiting = undefined;
      this.#previous = undefined;
      waiting.reject(this.#stop(ConnectError.from(error, Code.Internal)));
    }
  }

  /** Ends the iteration, and the call if it has not ended. @returns the error that the reader gets */
  #stop(error: ConnectError): ConnectError {
    this.#isDone = true;
    this.cancel(error);
    return error;
  }
}

function extraMessage(): ConnectError {
  return new ConnectError('protocol error: a message after the end of the response', Code.InvalidArgument);
}
