import type { StreamClose } from '../api.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { BaseStream, type StreamParts } from '../streams/base-stream.ts';
import type { ResponseHandler } from './client-api.ts';

/** The table that a stream belongs to. */
export interface StreamOwner {
  reset(stream: ClientStream, reason: StreamClose): void;
}

/** One request that we have sent, and its response. */
export class ClientStream extends BaseStream<ResponseHandler> {
  readonly #owner: StreamOwner;
  readonly #isHead: boolean;
  #hasHeaders = false;
  /** Informational responses so far. */
  informational = 0;

  /**
   * @param isHead true for a HEAD request: its response has no data, whatever its content-length (RFC 9110, section
   *   9.3.2)
   */
  constructor(id: number, isHead: boolean, handler: ResponseHandler, owner: StreamOwner, parts: StreamParts) {
    super(id, parts, handler, false);
    this.#isHead = isHead;
    this.#owner = owner;
  }

  get acceptsData(): boolean {
    return this.#hasHeaders;
  }

  /** Whether the whole request has been written. */
  get hasSentAll(): boolean {
    return this.send.ended && this.send.queue === undefined;
  }

  protected resetBy(reason: StreamClose): void {
    this.#owner.reset(this, reason);
  }

  /** @returns false if the content-length of a response without data is not 0 */
  takeHeaders(headers: HeaderList, ended: boolean): boolean {
    this.#hasHeaders = true;
    // Responses to HEAD, and those with status 204 or 304, have no data, whatever their content-length is: RFC 9110,
    // section 8.6.
    const { status, contentLength } = headers;
    if (!this.#isHead && status !== 304 && status !== 204) this.expectedBytes = contentLength;
    return this.isContentLengthValid(ended);
  }

  onHeaders(headers: HeaderList): void {
    this.handler.onHeaders(headers);
  }

  /** Does nothing: the stream closes when the response ends. */
  onSendEnd(): void {}
}
