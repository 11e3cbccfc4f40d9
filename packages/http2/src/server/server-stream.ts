import type { Connection, Stream, StreamClose, StreamHandler } from '../api.ts';
import type { ConnectionParts } from '../connection/role.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type HeaderList, sharedHeaderList } from '../headers/header-list.ts';
import type { ReceiveWindow } from '../streams/inbound-flow-control.ts';
import type { SendEvents, SendState } from '../streams/message-sender.ts';

/** Used until `accept` has returned the handler. */
const noHandler: StreamHandler = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} };
const continueHeaders = sharedHeaderList([[':status', '100']]);
const sendLimitExceeded: StreamClose = { code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' };

/** The table that a stream belongs to. */
export interface StreamOwner {
  readonly connection: Connection;
  /** The last frame of the response has been written. */
  onResponseEnd(stream: ServerStream): void;
  reset(stream: ServerStream, reason: StreamClose): void;
}

/** One request and its response. */
export class ServerStream implements Stream, SendEvents {
  readonly id: number;
  readonly headers: HeaderList;
  readonly receive: ReceiveWindow;
  readonly send: SendState;
  readonly #owner: StreamOwner;
  readonly #parts: ConnectionParts;
  #handler: StreamHandler = noHandler;
  #closed = false;
  #closeReason: StreamClose | undefined = undefined;
  /** The length of the request body so far, without padding. */
  #receivedBytes = 0;
  #isDiscarding = false;

  constructor(id: number, headers: HeaderList, requestEnded: boolean, owner: StreamOwner, parts: ConnectionParts) {
    this.id = id;
    this.headers = headers;
    this.#owner = owner;
    this.#parts = parts;
    this.receive = parts.inbound.openWindow(id, requestEnded);
    this.send = parts.sender.openStream(id, this);
  }

  get connection(): Connection {
    return this.#owner.connection;
  }

  get requestEnded(): boolean {
    return this.receive.ended;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get queuedBytes(): number {
    return this.send.queuedBytes;
  }

  // Called by the handler.

  sendContinue(): void {
    this.sendHeaders(continueHeaders);
  }

  sendHeaders(headers: HeaderList, end = false): void {
    if (!this.send.ended) this.#parts.sender.headers(this.send, headers, end);
  }

  sendData(head: Uint8Array, body: Uint8Array, end = false): boolean {
    return this.send.ended || this.#parts.sender.data(this.send, head, body, end);
  }

  sendTrailers(trailers: HeaderList): void {
    if (!this.send.ended) this.#parts.sender.trailers(this.send, trailers);
  }

  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void {
    const { send } = this;
    if (send.ended) return;
    const { sender } = this.#parts;
    sender.headers(send, headers, false);
    sender.data(send, head, body, false);
    // The stream is reset if the data exceeds a limit.
    if (!send.ended) sender.trailers(send, trailers);
  }

  consume(bytes: number): void {
    if (!this.#closed) this.#parts.inbound.consume(this.receive, bytes);
  }

  readAhead(): void {
    if (!this.#closed) this.#parts.inbound.readAhead(this.receive);
  }

  discard(): void {
    if (this.#closed) return;
    this.#isDiscarding = true;
    this.#parts.inbound.release(this.receive);
  }

  reset(code: number): void {
    if (!this.#closed) this.#owner.reset(this, { code, by: 'handler' });
  }

  // Called by the frame handler and the stream table.

  /** @param handler the result of `accept`, which may have closed the stream already */
  start(handler: StreamHandler): void {
    this.#handler = handler;
    if (this.#closed) handler.onClose(this.#closeReason);
  }

  /**
   * Takes a DATA frame. Its length has already been counted for the connection.
   *
   * @param length with padding
   * @param content without padding
   * @returns the error code to reset the stream with, if the frame violates a rule or a limit. Nothing is taken then
   */
  takeData(length: number, content: number, ended: boolean): number | undefined {
    if (this.receive.ended) return ErrorCode.STREAM_CLOSED;
    this.#receivedBytes += content;
    if (!this.isContentLengthValid(ended)) return ErrorCode.PROTOCOL_ERROR;
    return this.#parts.inbound.onStreamData(this.receive, length, content, ended);
  }

  /** Passes on the content of a DATA frame that has been taken. */
  deliverData(bytes: Buffer, start: number, end: number): void {
    if (this.#closed || this.#isDiscarding) this.#parts.inbound.release(this.receive);
    else if (end > start) this.#handler.onData(bytes, start, end);
  }

  /** RFC 9113, section 8.1.1: content-length is the length of all DATA. @param ended whether no more DATA follows */
  isContentLengthValid(ended: boolean): boolean {
    const { contentLength } = this.headers;
    if (contentLength === -1) return true;
    return ended ? this.#receivedBytes === contentLength : this.#receivedBytes <= contentLength;
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.#handler.onEnd(trailers);
  }

  /** Drops the queue and the unconsumed data, and calls `onClose` of the handler. */
  close(reason: StreamClose | undefined): void {
    this.#closed = true;
    this.#closeReason = reason;
    this.#parts.sender.close(this.send);
    this.#parts.inbound.release(this.receive);
    this.#handler.onClose(reason);
  }

  // Called by the message sender.

  onDrain(): void {
    this.#handler.onDrain();
  }

  onSendEnd(): void {
    this.#owner.onResponseEnd(this);
  }

  onSendLimitExceeded(): void {
    if (!this.#closed) this.#owner.reset(this, sendLimitExceeded);
  }
}
