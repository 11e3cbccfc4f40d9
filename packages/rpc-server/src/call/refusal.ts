import { Code } from '@connectrpc/connect';
import { ErrorCode, headerList, type StreamClose } from '@example/http2';
import { type AccessLog, logAccess } from './access-log.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream, RequestHandler } from './call-stream.ts';
import type { Fields } from './metadata.ts';
import { requestIdFrom } from './request-id.ts';

/** The gRPC status that the access log shows for the HTTP status of a refusal without a gRPC status. */
const codes: ReadonlyMap<number, Code> = new Map([
  [400, Code.InvalidArgument],
  [404, Code.Unimplemented],
  [405, Code.Unimplemented],
  [421, Code.PermissionDenied],
  [429, Code.ResourceExhausted],
]);

const nothing = new Uint8Array();
const encoder = new TextEncoder();

/** The bodies of responses. */
const texts: ReadonlyMap<number, string> = new Map([
  [400, 'The request must name its host once: :authority or Host, such as example.org:9000.'],
  [404, 'There is no such method. The path of a method is /PACKAGE.SERVICE/METHOD.'],
  [405, 'The method does not take this HTTP method: see Allow.'],
  [
    415,
    'The method does not take this content type: a unary one takes application/grpc, application/grpc-web, \
application/proto and application/json, a streaming one application/connect+proto in place of application/proto.',
  ],
  [429, 'This address sends too many requests that are not calls.'],
]);

/** The response to a request that is not a call. */
export interface RefusalResponse {
  readonly status: number;
  readonly fields: Fields;
  /** The code in the fields of a response in gRPC; without it, the status determines the code of the access log. */
  readonly code?: Code;
}

/** A request that is not a call: its response is an HTTP status and a text. */
export class Refusal implements RequestHandler {
  readonly #log: AccessLog;
  readonly #stream: CallStream;
  readonly #headers: CallHeaders;
  readonly #peer: string;
  readonly #status: number;
  readonly #code: Code | undefined;
  readonly #fields: Fields;
  readonly #requestId: string;
  readonly #startedAt = performance.now();
  #requestBytes = 0;
  #responseBytes = 0;

  constructor(
    log: AccessLog,
    stream: CallStream,
    headers: CallHeaders,
    peer: string,
    { status, code = codes.get(status), fields }: RefusalResponse,
  ) {
    this.#log = log;
    this.#stream = stream;
    this.#headers = headers;
    this.#peer = peer;
    this.#status = status;
    this.#code = code;
    this.#fields = fields;
    this.#requestId = requestIdFrom(headers.requestId);
  }

  begin(): void {
    const text = this.#stream.headers.method === 'HEAD' ? undefined : texts.get(this.#status);
    const fields: Fields = [[':status', `${this.#status}`], ['x-request-id', this.#requestId], ...this.#fields];
    this.#stream.discard();
    if (text === undefined) this.#stream.sendHeaders(headerList(fields), true);
    else {
      this.#stream.sendHeaders(headerList([...fields, ['content-type', 'text/plain; charset=utf-8']]));
      const body = encoder.encode(`${text}\n`);
      this.#responseBytes = body.length;
      this.#stream.sendData(nothing, body, true);
    }
  }

  onData(_chunk: Buffer, start: number, end: number): void {
    this.#requestBytes += end - start;
  }

  onEnd(): void {}
  onDrain(): void {}

  onClose(reason: StreamClose | undefined): void {
    const { method } = this.#stream.headers;
    // https://fetch.spec.whatwg.org/#cors-preflight-request
    const isPreflight = method === 'OPTIONS' && this.#stream.headers.get('access-control-request-method') !== undefined;
    const record = {
      requestId: this.#requestId,
      peer: this.#peer,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      code: isPreflight && this.#status >= 400 ? Code.PermissionDenied : this.#code,
    };
    logAccess(this.#log, record, {
      headers: isPreflight ? { ...this.#headers, protocol: 'preflight', logged: undefined } : this.#headers,
      httpVersion: this.#stream.httpVersion ?? '2.0',
      httpStatus: this.#status,
      isResponseComplete: reason === undefined || (reason.by === 'handler' && reason.code === ErrorCode.NO_ERROR),
      startedAt: this.#startedAt,
    });
  }
}
