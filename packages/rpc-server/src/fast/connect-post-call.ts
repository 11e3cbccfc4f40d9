import { lateRequest } from '../calls/request-time.ts';
import type { CallServer, CallStream } from './call.ts';
import type { CallHead } from './call-head.ts';
import { ConnectUnaryCall } from './connect-unary-call.ts';
import type { Method } from './method.ts';
import { WholeBody } from './whole-body.ts';

/** A unary call of the Connect protocol by POST: the body is the message. */
export class ConnectPostCall extends ConnectUnaryCall {
  readonly #body: WholeBody;

  constructor(server: CallServer, stream: CallStream, method: Method, peer: string, head: CallHead) {
    super(server, stream, method, peer, head);
    this.#body = new WholeBody(server.config.maxMessageBytes);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.requestBytes += end - start;
    if (this.isOver) return;
    this.#body.push(chunk, start, end);
    if (this.isAdmitted) this.#read();
  }

  onEnd(): void {
    if (this.isAdmitted && !this.isOver && !this.#body.isTaken) this.#read();
  }

  protected onAdmitted(): void {
    this.#read();
  }

  #read(): void {
    try {
      const { contentLength } = this.stream.headers;
      this.#body.check(contentLength);
      if (!this.stream.requestEnded) {
        this.#body.own();
        this.stream.readAhead();
      } else this.answer(this.#body.take());
    } catch (error) {
      this.fail(error);
    }
  }

  protected get silenceEndsAt(): number {
    return this.#body.isTaken ? Number.POSITIVE_INFINITY : this.startedAt + this.server.config.requestBodyMs;
  }

  protected onSilence(): void {
    this.fail(lateRequest(this.server.config.requestBodyMs));
  }
}
