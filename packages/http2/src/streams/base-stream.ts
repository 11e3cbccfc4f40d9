import type { MessageStream, StreamClose, StreamHandler } from '../api.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { InboundFlowControl, ReceiveWindow } from './inbound-flow-control.ts';
import type { MessageSender, SendEvents, SendState } from './message-sender.ts';

const sendLimitExceeded: StreamClose = { code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' };

/** The parts of a connection that a stream uses. */
export interface StreamParts {
  readonly inbound: InboundFlowControl;
  readonly sender: MessageSender;
}

/** The common part of the streams of both roles: an outgoing and an incoming message. */
export abstract class BaseStream<Handler extends StreamHandler = StreamHandler> implements MessageStream, SendEvents {
  readonly id: number;
  readonly receive: ReceiveWindow;
  readonly send: SendState;
  protected readonly parts: StreamParts;
  protected handler: Handler;
  /** The content-length of the peer's message, or -1. */
  protected expectedBytes = -1;
  #closed = false;
  /** The length of the peer's data so far, without padding. */
  #receivedBytes = 0;
  #isDiscarding = false;

  /** @param peerEnded whether the peer's message has ended already */
  constructor(id: number, parts: StreamParts, handler: Handler, peerEnded: boolean) {
    this.id = id;
    this.parts = parts;
    this.handler = handler;
    this.receive = parts.inbound.openWindow(id, peerEnded);
    this.send = parts.sender.openStream(id, this);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get queuedBytes(): number {
    return this.send.queuedBytes;
  }

  // Methods that the handler calls.

  sendData(head: Uint8Array, body: Uint8Array, end = false): boolean {
    return this.send.ended || this.parts.sender.data(this.send, head, body, end);
  }

  sendTrailers(trailers: HeaderList): void {
    if (!this.send.ended) this.parts.sender.trailers(this.send, trailers);
  }

  consume(bytes: number): void {
    if (!this.#closed) this.parts.inbound.consume(this.receive, bytes);
  }

  readAhead(): void {
    if (!this.#closed) this.parts.inbound.readAhead(this.receive);
  }

  discard(): void {
    if (this.#closed) return;
    this.#isDiscarding = true;
    this.parts.inbound.release(this.receive);
  }

  reset(code: number): void {
    if (!this.#closed) this.resetBy({ code, by: 'handler' });
  }

  protected abstract resetBy(reason: StreamClose): void;

  // Methods that the frame handler and the stream table call.

  /** Whether DATA may arrive: in a response only after its headers. */
  abstract readonly acceptsData: boolean;

  /**
   * Takes a DATA frame. Its length has already been counted for the connection.
   *
   * @param length with padding
   * @param content without padding
   * @returns the error code to reset the stream with, if the frame violates a rule or a limit. It is then not delivered
   */
  takeData(length: number, content: number, ended: boolean): number | undefined {
    if (this.receive.ended) return ErrorCode.STREAM_CLOSED;
    this.#receivedBytes += content;
    if (!this.acceptsData || !this.isContentLengthValid(ended)) return ErrorCode.PROTOCOL_ERROR;
    return this.parts.inbound.onStreamData(this.receive, length, content, ended);
  }

  /** Passes on the content of a DATA frame that has been taken. */
  deliverData(bytes: Buffer, start: number, end: number): void {
    if (this.#closed || this.#isDiscarding) this.parts.inbound.release(this.receive);
    else if (end > start) this.handler.onData(bytes, start, end);
  }

  /** RFC 9113, section 8.1.1: content-length is the length of all DATA. @param ended whether no more DATA follows */
  isContentLengthValid(ended: boolean): boolean {
    if (this.expectedBytes === -1) return true;
    return ended ? this.#receivedBytes === this.expectedBytes : this.#receivedBytes <= this.expectedBytes;
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.handler.onEnd(trailers);
  }

  /** Drops the queue and the unconsumed data, and calls `onClose` of the handler. */
  close(reason: StreamClose | undefined): void {
    this.#closed = true;
    this.parts.sender.close(this.send);
    this.parts.inbound.release(this.receive);
    this.handler.onClose(reason);
  }

  // Methods that the message sender calls.

  abstract onSendEnd(): void;

  onDrain(): void {
    this.handler.onDrain();
  }

  onSendLimitExceeded(): void {
    if (!this.#closed) this.resetBy(sendLimitExceeded);
  }
}
