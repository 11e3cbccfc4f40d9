import { IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ErrorCode, type HeaderList, type StreamHandler } from '@example/http2';
import type { CallStream, RequestHeaders } from '../call/call-stream.ts';
import type { ConnectionMemory } from '../memory/connection-memory.ts';
import { RawHeaders } from './raw-headers.ts';
import { RequestBody } from './request-body.ts';

const nothing = new Uint8Array();

/**
 * A request that leaves its socket paused when its body has been read; Node would resume the socket. Backpressure
 * pauses the socket and not the body, because a paused body keeps each chunk in memory, and a chunk of one byte takes
 * hundreds of bytes.
 */
export class Http1Request extends IncomingMessage {
  override _read(size: number): void {
    if (!this.socket.isPaused()) super._read(size);
  }
}

/** A request of Node's HTTP/1.1 parser and its response, with the interface of an HTTP/2 stream. */
export class Http1Stream implements CallStream {
  readonly httpVersion: string;
  readonly headers: RequestHeaders;
  closed = false;
  readonly #body: RequestBody;
  readonly #response: ServerResponse;
  readonly #isLast: () => boolean;
  readonly #memory: ConnectionMemory;
  readonly #stallMs: number;
  /** Whether the timeout of the socket now detects a client that does not read. */
  #isWatched = false;
  #hasBeenWatched = false;
  #handler: StreamHandler | undefined;
  /**
   * The header fields, until they are sent together with the first bytes of the body. If these bytes are the whole
   * body, its content-length is known.
   */
  #responseHeaders: HeaderList | undefined;

  /**
   * @param stallMs how long the client may read nothing while unsent bytes wait for it, in milliseconds
   * @param isLast whether the connection closes after the response, which then announces the close
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    memory: ConnectionMemory,
    stallMs: number,
    isLast: () => boolean,
  ) {
    this.headers = headersOf(request);
    this.httpVersion = request.httpVersion;
    this.#body = new RequestBody(request, request.socket);
    this.#response = response;
    this.#isLast = isLast;
    this.#memory = memory;
    this.#stallMs = stallMs;
  }

  /**
   * @param handler notified from now on
   * @param onClose called when the response has been sent, or its connection is lost
   */
  open(handler: StreamHandler, onClose: () => void): void {
    this.#handler = handler;
    this.#response.once('close', () => {
      onClose();
      this.closed = true;
      this.#memory.setBuffered(0);
      const isComplete = this.#response.writableFinished;
      handler.onClose(isComplete ? undefined : { code: ErrorCode.CANCEL, by: 'peer' });
    });
    this.#body.start(handler);
  }

  get requestEnded(): boolean {
    return this.#body.hasEnded;
  }

  sendContinue(): void {
    // HTTP/1.0 has no status 100: RFC 9110, section 10.1.1.
    if (this.httpVersion !== '1.0') this.#response.writeContinue();
  }

  consume(bytes: number): void {
    this.#body.consume(bytes);
  }

  readAhead(): void {
    this.#body.readAhead();
  }

  discard(): void {
    this.#body.discard();
  }

  sendHeaders(headers: HeaderList, isEnd = false): void {
    this.#responseHeaders = headers;
    if (isEnd) this.sendData(nothing, nothing, true);
  }

  sendData(head: Uint8Array, body: Uint8Array, isEnd = false): boolean {
    const bytes = head.length === 0 ? body : Buffer.concat([head, body]);
    if (isEnd && this.#responseHeaders !== undefined) {
      this.#writeHead(bytes.length);
      // Node sends a body of type string together with the header fields, in one write.
      this.#response.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), 'latin1');
      this.#watchUnsent();
      return true;
    }
    this.#writeHead();
    const hasRoom = this.#response.write(bytes);
    // Without room in the socket, the call itself counts these bytes until `drain`.
    if (hasRoom && !this.#memory.setBuffered(this.#response.writableLength)) this.reset();
    if (!hasRoom) this.#response.once('drain', () => this.#onDrain());
    if (isEnd) this.#response.end();
    this.#watchUnsent();
    return hasRoom;
  }

  #onDrain(): void {
    this.#memory.setBuffered(0);
    this.#unwatch();
    this.#handler?.onDrain();
  }

  /** Ends the connection of a client that does not read the response, by Node's timeout of an idle socket. */
  #watchUnsent(): void {
    const response = this.#response;
    if (this.#isWatched || response.writableLength === 0) return;
    this.#isWatched = true;
    // Runs before Node's own listener, which sets the timeout of a connection that is kept open.
    if (!this.#hasBeenWatched) response.prependOnceListener('finish', () => this.#unwatch());
    this.#hasBeenWatched = true;
    if (response.socket !== null) response.socket.setTimeout(this.#stallMs);
    else response.once('socket', (socket: Socket) => socket.setTimeout(this.#stallMs));
  }

  #unwatch(): void {
    this.#isWatched = false;
    this.#response.socket?.setTimeout(0);
  }

  /** Sends trailers in the trailer section of a chunked body: RFC 9112, section 7.1.2. */
  sendTrailers(trailers: HeaderList): void {
    this.#writeHead();
    this.#response.addTrailers(trailers.fields.map(({ name, value }): [string, string] => [name, value]));
    this.#response.end();
  }

  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void {
    this.sendHeaders(headers);
    this.sendData(head, body);
    this.sendTrailers(trailers);
  }

  /** Ends the connection. */
  reset(): void {
    // When the response is destroyed, Node leaves the socket open, and the client would wait.
    const { socket } = this.#response;
    this.#response.destroy();
    socket?.destroySoon();
  }

  /** @param length the length of the whole body, in bytes; undefined when it is not known yet */
  #writeHead(length?: number): void {
    if (this.#responseHeaders === undefined) return;
    const { status, fields } = rawHeaders(this.#responseHeaders);
    this.#responseHeaders = undefined;
    if (this.#isLast()) this.#response.shouldKeepAlive = false;
    // A response with status 204 has no content-length: RFC 9110, section 8.6.
    const hasLength = length !== undefined && status !== 204;
    this.#response.writeHead(status, hasLength ? [...fields, 'content-length', `${length}`] : [...fields]);
  }
}

const lastHeaders = new WeakMap<Socket, RawHeaders>();

/**
 * Clients repeat their header fields on a connection. The headers of the last request are therefore kept, with
 * everything that was parsed from them.
 */
function headersOf({ rawHeaders, method = '', url = '', headers, socket }: IncomingMessage): RawHeaders {
  const last = lastHeaders.get(socket);
  if (last?.equals(rawHeaders, method, url)) return last;
  const scheme = (socket as TLSSocket).encrypted ? 'https' : 'http';
  const [, targetHost, path = url] = absoluteForm.exec(url) ?? [];
  // Node refuses a request of HTTP/1.1 without Host. A request of HTTP/1.0 without Host is for this server: RFC 9112,
  // section 3.3.
  const authority = targetHost ?? headers.host ?? 'localhost';
  const parsed = new RawHeaders(rawHeaders, { method, scheme, authority, path: path === '' ? '/' : path });
  lastHeaders.set(socket, parsed);
  return parsed;
}

/** The absolute form of a request target: RFC 9112, section 3.2.2. */
const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i;

interface RawResponseHeaders {
  readonly status: number;
  /** Names and values alternate. */
  readonly fields: readonly string[];
}

/** Created once for a list that is sent repeatedly. */
function rawHeaders(headers: HeaderList): RawResponseHeaders {
  headers.memo ??= {
    status: Number(headers.get(':status')),
    fields: headers.fields.flatMap(({ name, value }) => (name === ':status' ? [] : [name, value])),
  } satisfies RawResponseHeaders;
  return headers.memo as RawResponseHeaders;
}
