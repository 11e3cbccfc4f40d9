import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { RequestHeaders } from './request-headers.ts';

/** The header fields of a request of HTTP/1.1, as those of HTTP/2 are. */
export class Http1Headers implements RequestHeaders {
  readonly fields: RequestHeaders['fields'];
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly contentLength: number;
  memo: unknown = undefined;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    const { rawHeaders, method = '', url = '', headers, socket } = request;
    const fields = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = (rawHeaders[i] as string).toLowerCase();
      fields.push({ name, value: rawHeaders[i + 1] as string, memo: undefined });
    }
    this.#request = request;
    this.fields = fields;
    this.method = method;
    this.scheme = (socket as TLSSocket).encrypted ? 'https' : 'http';
    this.authority = headers.host ?? '';
    this.path = url;
    this.contentLength = Number(headers['content-length'] ?? -1);
  }

  get(name: string): string | undefined {
    return this.#request.headers[name]?.toString();
  }
}
