import type { ConnectError } from '@connectrpc/connect';
import { EnvelopeReader } from '@example/rpc-core';
import { requestTimedOut } from './deadline.ts';
import { incompleteEnvelope, wrongMessageCount } from './errors.ts';
import { decodeMessage } from './message-coding.ts';
import type { RequestCall, RequestReader } from './request-reader.ts';

/**
 * A request of one envelope, for unary and server-streaming calls. The message is decoded when the request has ended.
 */
export class SingleRequest implements RequestReader {
  readonly #call: RequestCall;
  readonly #envelopes: EnvelopeReader;
  #isStarted = false;
  #isComplete = false;

  constructor(call: RequestCall) {
    this.#call = call;
    this.#envelopes = new EnvelopeReader(call.maxRequestBytes);
  }

  onData(chunk: Uint8Array, start: number, end: number): void {
    if (!this.#call.take(end - start)) return;
    this.#envelopes.push(chunk, start, end);
    if (this.#isStarted) this.#read();
  }

  onEnd(): void {
    if (this.#isStarted && !this.#isComplete) this.#read();
  }

  start(): void {
    this.#isStarted = true;
    if (this.#envelopes.unread > 0 || this.#call.stream.requestEnded) this.#read();
  }

  stop(_reason: () => ConnectError): void {
    this.#envelopes.clear();
  }

  #read(): void {
    try {
      if (this.#call.stream.requestEnded) this.#complete();
      else this.#readMore();
    } catch (error) {
      this.#call.fail(error);
    }
  }

  #readMore(): void {
    const length = this.#envelopes.nextLength;
    if (length > 0 && this.#envelopes.unread > length) throw wrongMessageCount('received extra input message');
    this.#envelopes.compact();
    this.#call.stream.readAhead();
  }

  #complete(): void {
    this.#isComplete = true;
    const envelopes = this.#envelopes;
    const bytes = envelopes.next();
    if (bytes === undefined)
      throw envelopes.unread === 0 ? wrongMessageCount('missing input message') : incompleteEnvelope();
    if (envelopes.unread > 0) throw wrongMessageCount('received extra input message');
    const { flags } = envelopes;
    envelopes.clear();
    this.#call.handleMessage(() => decodeMessage(this.#call, flags, bytes));
  }

  get timeoutAt(): number {
    return this.#isComplete ? Number.POSITIVE_INFINITY : this.#call.startedAt + this.#call.config.requestBodyMs;
  }

  onTimeout(): void {
    this.#call.fail(requestTimedOut(this.#call.config.requestBodyMs));
  }
}
