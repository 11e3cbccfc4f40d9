import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorCode, type HeaderList, type MessageStream, type ResponseHandler, type StreamClose } from '@example/http2';
import { type Envelope, envelopeHeader } from '@example/rpc-core';
import type { Picked } from '../connection/connection-source.ts';
import type { ResponseHead } from '../protocol/protocol.ts';
import type { Failure } from '../retries/retries.ts';
import type { CallMethod } from './call-method.ts';
import { closeError } from './errors.ts';
import { PlainBody, type ResponseBody, responseBody } from './response-body.ts';

const nothing = new Uint8Array();

/** The call that an attempt belongs to. Its methods may end the attempt. */
export interface AttemptListener {
  /** The headers of the response have arrived, and are valid. */
  onHead(attempt: Attempt): void;
  onData(attempt: Attempt): void;
  /** The response has ended. */
  onEnd(attempt: Attempt): void;
  /** More of the request may be sent. */
  onDrain(attempt: Attempt): void;
  /** The attempt has ended without a response. */
  onFailure(attempt: Attempt, error: ConnectError, seenByServer: Failure['seenByServer']): void;
}

/** One attempt of a call: a stream on a connection. */
export class Attempt implements ResponseHandler {
  readonly body: ResponseBody;
  readonly #method: CallMethod;
  readonly #picked: Picked;
  readonly #listener: AttemptListener;
  #stream: MessageStream | undefined;
  #isReported = false;
  headers: HeaderList | undefined;
  head: ResponseHead | undefined;
  trailers: HeaderList | undefined;
  /** Bytes of the body so far. */
  received = 0;
  isEnded = false;

  constructor(method: CallMethod, picked: Picked, listener: AttemptListener, maxMessageBytes: number) {
    this.#method = method;
    this.#picked = picked;
    this.#listener = listener;
    this.body = responseBody(method.protocol, maxMessageBytes);
  }

  // Methods that send.

  /** @param end true for a request without a body */
  open(headers: HeaderList, more: HeaderList | undefined, end: boolean): void {
    const stream = this.#picked.connection.request(headers, more, this, end);
    this.#stream = stream;
  }

  /** @returns false for backpressure: wait for `onDrain` */
  send(envelope: Envelope, end: boolean): boolean {
    const header = this.#method.protocol.isEnveloped ? envelopeHeader(envelope) : nothing;
    return this.#stream === undefined || this.#stream.sendData(header, envelope.bytes, end);
  }

  endRequest(): void {
    this.#stream?.sendData(nothing, nothing, true);
  }

  /** Whether a part of the request waits for the server's flow-control window. */
  get isBlocked(): boolean {
    return this.#stream !== undefined && this.#stream.queuedBytes > 0;
  }

  // Methods that receive.

  consume(bytes: number): void {
    this.#stream?.consume(bytes);
  }

  readAhead(): void {
    this.#stream?.readAhead();
  }

  /** Ends the attempt on this side. */
  cancel(): void {
    this.#stream?.reset(ErrorCode.CANCEL);
  }

  /** Reports the result to the channel. @param code undefined for success */
  report(code: Code | undefined): void {
    if (this.#isReported) return;
    this.#isReported = true;
    this.#picked.onEnd(code, this.trailers ?? this.headers);
  }

  onHeaders(headers: HeaderList): void {
    this.headers = headers;
    const { protocol, desc, target } = this.#method;
    try {
      this.head = protocol.readHead(headers, desc, target);
    } catch (error) {
      this.#fail(ConnectError.from(error, Code.Internal));
      return;
    }
    if (this.body instanceof PlainBody) this.body.onHead(this.head);
    this.#listener.onHead(this);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.received += end - start;
    this.body.push(chunk, start, end);
    this.#listener.onData(this);
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.trailers = trailers;
    this.isEnded = true;
    this.#listener.onEnd(this);
  }

  onDrain(): void {
    this.#listener.onDrain(this);
  }

  onClose(reason: StreamClose | undefined): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const isRefused = reason?.by === 'peer' && reason.code === ErrorCode.REFUSED_STREAM;
    const error = reason === undefined ? noResponse() : closeError(reason);
    this.#listener.onFailure(this, error, isRefused ? 'refused' : 'unknown');
  }

  #fail(error: ConnectError): void {
    this.isEnded = true;
    this.#listener.onFailure(this, error, 'unknown');
    this.cancel();
  }
}

function noResponse(): ConnectError {
  return new ConnectError('protocol error: no response', Code.Internal);
}
