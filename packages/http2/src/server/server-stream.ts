import type { Connection, Stream, StreamClose, StreamHandler } from '../api.ts';
import { type HeaderList, sharedHeaderList } from '../headers/header-list.ts';
import { BaseStream, type StreamParts } from '../streams/base-stream.ts';

/** The handler of a stream until `accept` has returned its own. */
const noHandler: StreamHandler = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} };
const continueHeaders = sharedHeaderList([[':status', '100']]);

/** The table that a stream belongs to. */
export interface StreamOwner {
  readonly connection: Connection;
  /** The last frame of the response has been written. */
  onResponseEnd(stream: ServerStream): void;
  reset(stream: ServerStream, reason: StreamClose): void;
}

/** One request and its response. */
export class ServerStream extends BaseStream implements Stream {
  readonly headers: HeaderList;
  readonly #owner: StreamOwner;
  #closeReason: StreamClose | undefined = undefined;

  constructor(id: number, headers: HeaderList, requestEnded: boolean, owner: StreamOwner, parts: StreamParts) {
    super(id, parts, noHandler, requestEnded);
    this.headers = headers;
    this.expectedBytes = headers.contentLength;
    this.#owner = owner;
  }

  get connection(): Connection {
    return this.#owner.connection;
  }

  get requestEnded(): boolean {
    return this.receive.ended;
  }

  get acceptsData(): boolean {
    return true;
  }

  // Methods that the handler calls.

  sendContinue(): void {
    this.sendHeaders(continueHeaders);
  }

  sendHeaders(headers: HeaderList, end = false): void {
    if (!this.send.ended) this.parts.sender.headers(this.send, headers, end);
  }

  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void {
    const { send } = this;
    if (send.ended) return;
    const { sender } = this.parts;
    sender.headers(send, headers, false);
    sender.data(send, head, body, false);
    // If the data exceeded a limit, the stream has been reset.
    if (!send.ended) sender.trailers(send, trailers);
  }

  protected resetBy(reason: StreamClose): void {
    this.#owner.reset(this, reason);
  }

  // Methods that the frame handler and the stream table call.

  /** @param handler the result of `accept`, which may have closed the stream already */
  start(handler: StreamHandler): void {
    this.handler = handler;
    if (this.closed) handler.onClose(this.#closeReason);
  }

  override close(reason: StreamClose | undefined): void {
    this.#closeReason = reason;
    super.close(reason);
  }

  // Methods that the message sender calls.

  onSendEnd(): void {
    this.#owner.onResponseEnd(this);
  }
}
