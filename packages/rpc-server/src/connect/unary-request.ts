import { ByteBuffer, EnvelopeFlag, messageTooLarge } from '@example/rpc-core';
import { requestTimedOut } from '../call/deadline.ts';
import { decodeMessage } from '../call/message-coding.ts';
import type { RequestCall, RequestReader } from '../call/request-reader.ts';

/** The flags that the body would have in an envelope. In Connect, compression applies to the whole body. */
export function bodyFlags({ headers }: Pick<RequestCall, 'headers'>): number {
  return headers.requestCompression === null ? 0 : EnvelopeFlag.compressed;
}

/** The request of a unary Connect call by POST: the body is the message (https://connectrpc.com/docs/protocol#unary-request). */
export class UnaryRequest implements RequestReader {
  readonly #call: RequestCall;
  readonly #body = new ByteBuffer();
  #isStarted = false;
  #isComplete = false;

  constructor(call: RequestCall) {
    this.#call = call;
  }

  onData(chunk: Uint8Array, start: number, end: number): void {
    if (!this.#call.take(end - start)) return;
    this.#body.push(chunk, start, end);
    if (this.#isStarted) this.#read();
  }

  onEnd(): void {
    if (this.#isStarted && !this.#isComplete) this.#read();
  }

  start(): void {
    this.#isStarted = true;
    this.#read();
  }

  stop(): void {
    this.#body.take();
  }

  #read(): void {
    const { stream, maxRequestBytes } = this.#call;
    const length = Math.max(stream.headers.contentLength, this.#body.length);
    if (length > maxRequestBytes) this.#call.fail(messageTooLarge(length, maxRequestBytes));
    else if (stream.requestEnded) this.#complete();
    else {
      this.#body.compact();
      stream.readAhead();
    }
  }

  #complete(): void {
    this.#isComplete = true;
    const bytes = this.#body.take();
    this.#call.handleMessage(() => decodeMessage(this.#call, bodyFlags(this.#call), bytes));
  }

  get timeoutAt(): number {
    return this.#isComplete ? Number.POSITIVE_INFINITY : this.#call.startedAt + this.#call.config.requestBodyMs;
  }

  onTimeout(): void {
    this.#call.fail(requestTimedOut(this.#call.config.requestBodyMs));
  }
}
