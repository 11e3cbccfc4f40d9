import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { ErrorCode, type HeaderList, type StreamHandler } from '@example/http2';
import type { CallStream, RequestHeaders } from '../call/call-stream.ts';
import { RawHeaders } from '../http1/raw-headers.ts';
import { RequestBody } from '../http1/request-body.ts';

/** How often to check whether a complete response has left the queue of its connection, in milliseconds. */
const sentCheckMs = 1;

/** A stream of node:http2, with the interface of a stream of @example/http2. */
export class NodeStream implements CallStream {
  readonly headers: RequestHeaders;
  closed = false;
  readonly #stream: ServerHttp2Stream;
  readonly #body: RequestBody;
  #isReset = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: readonly string[]) {
    const { ':method': method = '', ':scheme': scheme = '', ':path': path = '' } = headers;
    const authority = headers[':authority'] ?? headers.host ?? '';
    this.headers = new RawHeaders(raw, { method, scheme, authority, path });
    this.#stream = stream;
    this.#body = new RequestBody(stream, stream);
  }

  /** @param handler notified from now on */
  open(handler: StreamHandler): void {
    const stream = this.#stream;
    // An error also closes the stream, and the listener of `close` reports the end.
    stream.on('error', () => {});
    stream.on('drain', () => handler.onDrain());
    stream.once('finish', () => setImmediate(closeOnceSent, stream));
    stream.once('close', () => {
      this.closed = true;
      const code = stream.rstCode;
      // The writable side also finishes if the stream is aborted.
      const isComplete = stream.writableFinished && !stream.aborted && code === ErrorCode.NO_ERROR;
      handler.onClose(isComplete ? undefined : { code, by: this.#isReset ? 'handler' : 'peer' });
    });
    this.#body.start({
      onData: (chunk, start, end) => handler.onData(chunk, start, end),
      // Node also ends the readable side of an aborted stream, whose request has not ended normally.
      onEnd: () => {
        if (!stream.aborted) handler.onEnd(undefined);
      },
      onDrain: () => handler.onDrain(),
      onClose: (reason) => handler.onClose(reason),
    });
  }

  get requestEnded(): boolean {
    return this.#stream.endAfterHeaders || (this.#body.hasEnded && !this.#stream.aborted);
  }

  /** Whether nothing can be sent: Node throws after the client has reset the stream, even before `close` is emitted. */
  get #isGone(): boolean {
    return this.#stream.closed || this.#stream.destroyed;
  }

  sendContinue(): void {
    if (this.#isGone) return;
    this.#stream.additionalHeaders({ ':status': 100 });
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
    if (this.#isGone) return;
    this.#stream.respond(toObject(headers), isEnd ? { endStream: true } : { waitForTrailers: true });
    if (!isEnd) this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(this.#trailers));
  }

  #trailers: Record<string, string | string[]> = {};

  sendData(head: Uint8Array, body: Uint8Array, isEnd = false): boolean {
    if (this.#isGone) return true;
    const hasRoom = this.#stream.write(head.length === 0 ? body : Buffer.concat([head, body]));
    if (isEnd) this.#stream.end();
    return hasRoom;
  }

  sendTrailers(trailers: HeaderList): void {
    this.#trailers = toObject(trailers);
    this.#stream.end();
  }

  respond(headers: HeaderList, head: Uint8Array, body: Uint8Array, trailers: HeaderList): void {
    this.sendHeaders(headers);
    this.sendData(head, body);
    this.sendTrailers(trailers);
  }

  reset(code: number): void {
    this.#isReset = true;
    this.#stream.close(code);
  }
}

function toObject({ fields }: HeaderList): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = {};
  for (const { name, value } of fields) {
    const before = object[name];
    object[name] = before === undefined ? value : [before, value].flat();
  }
  return object;
}

/**
 * Ends a stream whose response is complete although its request is not. Node would keep the stream, and with it the
 * connection. RST_STREAM with NO_ERROR asks the client to stop (RFC 9113, section 8.1). It is sent after all queued
 * data.
 */
function closeOnceSent(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  if (!stream.closed && stream.state.localClose !== 1) {
    setTimeout(closeOnceSent, sentCheckMs, stream);
    return;
  }
  stream.close(ErrorCode.NO_ERROR);
  stream.destroy();
}
