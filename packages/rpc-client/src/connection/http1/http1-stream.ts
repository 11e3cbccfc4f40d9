import type { ClientRequest, IncomingMessage } from 'node:http';
import {
  ErrorCode,
  type HeaderList,
  headerList,
  isSendable,
  type MessageStream,
  type ResponseHandler,
  type StreamClose,
} from '@example/http2';

const connectionLost: StreamClose = { code: ErrorCode.NO_ERROR, by: 'connection' };

export interface StreamOwner {
  onBytes(bytes: number): void;
  onClose(): void;
}

/** A request of Node's HTTP/1.1 client, with its response, as a stream of HTTP/2. */
export class Http1Stream implements MessageStream {
  readonly id = 0;
  readonly #request: ClientRequest;
  readonly #handler: ResponseHandler;
  readonly #windowBytes: number;
  readonly #owner: StreamOwner;
  #response: IncomingMessage | undefined;
  #unconsumed = 0;
  #isDiscarding = false;
  #wantsDrain = false;
  closed = false;
  /** Whether the stream ended because its socket failed. */
  hasFailed = false;

  /** @param windowBytes the limit of received data that the handler has not consumed */
  constructor(request: ClientRequest, handler: ResponseHandler, windowBytes: number, owner: StreamOwner) {
    this.#request = request;
    this.#handler = handler;
    this.#windowBytes = windowBytes;
    this.#owner = owner;
    request.on('response', (response) => this.#onResponse(response));
    request.on('drain', () => this.#onDrain());
    request.on('error', (error) => this.#fail(violation(error) ?? connectionLost));
    request.on('close', () => this.onConnectionClose());
  }

  get queuedBytes(): number {
    return this.#request.writableLength;
  }

  sendData(head: Uint8Array, body: Uint8Array, end = false): boolean {
    if (this.closed || this.#request.writableEnded) return true;
    // Copies `head`, because its owner reuses it.
    const bytes = head.length === 0 ? body : Buffer.concat([head, body]);
    if (end) {
      this.#request.end(bytes);
      return true;
    }
    if (bytes.length === 0 || this.#request.write(bytes)) return true;
    this.#wantsDrain = true;
    return false;
  }

  /** A request without a body. */
  end(): void {
    this.#request.end();
  }

  /** Requests of Connect and gRPC-Web have no trailers. */
  sendTrailers(_trailers: HeaderList): void {
    this.#request.end();
  }

  consume(bytes: number): void {
    this.#unconsumed -= bytes;
    if (this.#unconsumed < this.#windowBytes) this.#response?.resume();
  }

  readAhead(): void {
    this.consume(this.#unconsumed);
  }

  discard(): void {
    this.#isDiscarding = true;
    this.#response?.resume();
  }

  reset(code: number): void {
    if (this.closed) return;
    this.#close({ code, by: 'handler' });
    this.#request.destroy();
  }

  /** The socket has ended, or this side ends it. */
  onConnectionClose(): void {
    this.#fail(connectionLost);
  }

  #fail(reason: StreamClose): void {
    if (this.closed) return;
    this.hasFailed = true;
    this.#close(reason);
    this.#request.destroy();
  }

  #onResponse(response: IncomingMessage): void {
    this.#response = response;
    response.on('data', (chunk: Buffer) => this.#onData(chunk));
    response.on('end', () => this.#onEnd(response));
    response.on('error', () => this.onConnectionClose());
    const fields = sendable(response.rawHeaders);
    this.#handler.onHeaders(headerList([[':status', String(response.statusCode)], ...fields]));
  }

  #onData(chunk: Buffer): void {
    this.#owner.onBytes(chunk.length);
    if (this.closed || this.#isDiscarding) return;
    this.#unconsumed += chunk.length;
    this.#handler.onData(chunk, 0, chunk.length);
    if (this.#unconsumed >= this.#windowBytes) this.#response?.pause();
  }

  #onEnd(response: IncomingMessage): void {
    if (this.closed) return;
    const trailers = sendable(response.rawTrailers);
    this.#handler.onEnd(trailers.length === 0 ? undefined : headerList(trailers));
    if (this.closed) return;
    const isRequestOver = this.#request.writableFinished;
    this.#close(undefined);
    // The response has ended: stops sending the request, and closes its socket.
    if (!isRequestOver) this.#request.destroy();
  }

  #onDrain(): void {
    if (!this.#wantsDrain || this.closed) return;
    this.#wantsDrain = false;
    this.#handler.onDrain();
  }

  #close(reason: StreamClose | undefined): void {
    this.closed = true;
    this.#handler.onClose(reason);
    this.#owner.onClose();
  }
}

/** @returns undefined unless it is an error of Node's parser */
function violation({ code = '' }: NodeJS.ErrnoException): StreamClose | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return { code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' };
  return code.startsWith('HPE_') ? { code: ErrorCode.PROTOCOL_ERROR, by: 'rules' } : undefined;
}

/** Removes the fields about the connection, which HTTP/2 does not have. @param raw alternating names and values */
function sendable(raw: readonly string[]): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    const value = (raw[at + 1] as string).trim();
    if (isSendable(name, value)) fields.push([name, value]);
  }
  return fields;
}
