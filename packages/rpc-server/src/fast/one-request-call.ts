import { Code, ConnectError } from '@connectrpc/connect';
import type { Stream } from '@example/http2';
import { lateRequest } from '../calls/request-time.ts';
import type { CallServer } from './call.ts';
import type { CallHead } from './call-head.ts';
import { GrpcCall } from './grpc-call.ts';
import { MessageReader } from './message-reader.ts';
import type { Method, Request } from './method.ts';

/** A gRPC call whose request is one message. */
export abstract class OneRequestCall extends GrpcCall {
  readonly #reader: MessageReader;
  #hasRequest = false;

  constructor(server: CallServer, stream: Stream, method: Method, peer: string, head: CallHead) {
    super(server, stream, method, peer, head);
    this.#reader = new MessageReader(server.config.maxMessageBytes);
  }

  /** Answers the request. */
  protected abstract handle(message: Request): void;

  onData(chunk: Buffer, start: number, end: number): void {
    this.requestBytes += end - start;
    if (this.isOver) return;
    this.#reader.push(chunk, start, end);
    if (this.isAdmitted) this.#read();
  }

  onEnd(): void {
    if (this.isAdmitted && !this.isOver && !this.#hasRequest) this.#read();
  }

  protected onAdmitted(): void {
    if (this.#reader.unread > 0 || this.stream.requestEnded) this.#read();
  }

  #read(): void {
    try {
      if (!this.stream.requestEnded) this.#takeMore();
      else this.#takeMessage();
    } catch (error) {
      this.fail(error);
    }
  }

  #takeMore(): void {
    const length = this.#reader.nextLength;
    if (length > 0 && this.#reader.unread > length) throw protocolError('received extra input message');
    this.#reader.own();
    this.stream.readAhead();
  }

  #takeMessage(): void {
    this.#hasRequest = true;
    const reader = this.#reader;
    const bytes = reader.next();
    if (bytes === undefined) {
      if (reader.unread === 0) throw protocolError('missing input message');
      throw new ConnectError('protocol error: incomplete envelope', Code.InvalidArgument);
    }
    if (reader.unread > 0) throw protocolError('received extra input message');
    const { flags } = reader;
    reader.clear();
    this.settle(
      () => this.messages.decode(flags, bytes),
      (message) => this.handle(message),
    );
  }

  protected get silenceEndsAt(): number {
    return this.#hasRequest ? Number.POSITIVE_INFINITY : this.startedAt + this.server.config.requestBodyMs;
  }

  protected onSilence(): void {
    this.fail(lateRequest(this.server.config.requestBodyMs));
  }
}

function protocolError(what: string): ConnectError {
  return new ConnectError(`protocol error: ${what} for the method`, Code.Unimplemented);
}
