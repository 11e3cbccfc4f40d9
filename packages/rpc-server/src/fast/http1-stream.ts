import type { IncomingMessage, ServerResponse } from 'node:http';
import { ErrorCode, type HeaderList, type StreamHandler } from '@example/http2';
import type { CallStream } from './call.ts';
import { Http1Headers } from './http1-headers.ts';
import type { RequestHeaders } from './request-headers.ts';

/** A request of HTTP/1.1 and its response, of Node's parser, as a stream of HTTP/2 is: for calls that answer with one piece. */
export class Http1Stream implements CallStream {
  readonly httpVersion: string;
  readonly headers: RequestHeaders;
  requestEnded = false;
  closed = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #handler: StreamHandler | undefined;
  #responseHeaders: HeaderList | undefined;
  #isRead = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    this.headers = new Http1Headers(request);
    this.httpVersion = request.httpVersion;
  }

  /** @param handler is told what happens from now on */
  open(handler: StreamHandler): void {
    this.#handler = handler;
    this.#response.once('close', () => {
      this.closed = true;
      const isWhole = this.#response.writableFinished;
      handler.onClose(isWhole ? undefined : { code: ErrorCode.CANCEL, by: 'peer' });
    });
  }

  /** Nothing of the request is read before. */
  readAhead(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#request.on('data', (chunk: Buffer) => this.#handler?.onData(chunk, 0, chunk.length));
    this.#request.once('end', () => {
      this.requestEnded = true;
      this.#handler?.onEnd(undefined);
    });
  }

  /** What is not read is dropped when the response has gone: connections/http1-connections.ts. */
  discard(): void {}

  sendHeaders(headers: HeaderList): void {
    this.#responseHeaders = headers;
  }

  /** To be called once. */
  sendData(_head: Uint8Array, body: Uint8Array): boolean {
    const { status, fields } = toRaw(this.#responseHeaders as HeaderList);
    this.#response.writeHead(status, [...fields, 'content-length', `${body.length}`]);
    // As text it leaves in one piece with the header fields.
    this.#response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
    return true;
  }

  reset(): void {
    this.#response.destroy();
  }
}

interface RawHeaders {
  readonly status: number;
  /** Names and values in turn. */
  readonly fields: readonly string[];
}

/** Made once of a list that is sent again and again. */
function toRaw(headers: HeaderList): RawHeaders {
  headers.memo ??= {
    status: Number(headers.get(':status')),
    fields: headers.fields.flatMap(({ name, value }) => (name === ':status' ? [] : [name, value])),
  } satisfies RawHeaders;
  return headers.memo as RawHeaders;
}
