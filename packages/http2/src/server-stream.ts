import type { Connection } from './connection-options.ts';
import type { HeaderList } from './headers/header-list.ts';
import type { RequestStreams } from './request-streams.ts';
import type { ResponseSender } from './response-sender.ts';
import type { SendQueue } from './send-queue.ts';
import type { Stream, StreamClose, StreamHandler } from './stream-handler.ts';

/** Until `accept` has returned one. */
const noHandler: StreamHandler = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} };

/** A stream as the connection knows it. What is not in `Stream` is for those who keep streams only. */
export class ServerStream implements Stream {
  readonly id: number;
  readonly headers: HeaderList;
  readonly #streams: RequestStreams;
  readonly #sender: ResponseSender;
  handler: StreamHandler = noHandler;
  closed = false;
  closeReason: StreamClose | undefined = undefined;

  // The request: RequestStreams and ReceiveFlow.
  requestEnded = false;
  /** DATA so far, without padding, to be compared with content-length. */
  receivedBytes = 0;
  unconsumedBytes = 0;
  /** How much of that the windows were given back for. */
  readAheadBytes = 0;
  /** Whether nobody is told any more of DATA. */
  isDiscarded = false;
  /** What the peer may send, and what it may be told that it may send again: RFC 9113, section 5.2. */
  receiveWindow: number;
  unannouncedBytes = 0;

  // The response: ResponseSender.
  sendWindow: number;
  /** Whether its end has been said; it may wait behind what is queued. */
  responseEnded = false;
  queue: SendQueue | undefined = undefined;
  /** Whether `sendData` has said false. */
  wantsDrain = false;

  constructor(
    id: number,
    headers: HeaderList,
    streams: RequestStreams,
    sender: ResponseSender,
    receiveWindow: number,
    sendWindow: number,
  ) {
    this.id = id;
    this.headers = headers;
    this.#streams = streams;
    this.#sender = sender;
    this.receiveWindow = receiveWindow;
    this.sendWindow = sendWindow;
  }

  get connection(): Connection {
    return this.#streams.connection;
  }

  get queuedBytes(): number {
    return this.queue === undefined ? 0 : this.queue.bytes;
  }

  sendHeaders(headers: HeaderList, end = false): void {
    if (!this.closed && !this.responseEnded) this.#sender.headers(this, headers, end);
  }

  sendData(head: Uint8Array, body: Uint8Array, end = false): boolean {
    return this.closed || this.responseEnded || this.#sender.data(this, head, body, end);
  }

  sendTrailers(trailers: HeaderList): void {
    if (!this.closed && !this.responseEnded) this.#sender.trailers(this, trailers);
  }

  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void {
    if (this.closed || this.responseEnded) return;
    this.#sender.headers(this, headers, false);
    this.#sender.data(this, head, body, false);
    if (!this.closed) this.#sender.trailers(this, trailers);
  }

  consume(bytes: number): void {
    if (!this.closed) this.#streams.receiveFlow.consume(this, bytes);
  }

  readAhead(): void {
    if (!this.closed) this.#streams.receiveFlow.readAhead(this);
  }

  discard(): void {
    if (this.closed) return;
    this.isDiscarded = true;
    this.#streams.receiveFlow.release(this);
  }

  reset(code: number): void {
    if (!this.closed) this.#streams.reset(this, { code, by: 'handler' });
  }
}
