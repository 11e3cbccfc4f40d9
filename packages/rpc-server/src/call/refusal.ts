import { Code } from '@connectrpc/connect';
import { ErrorCode, headerList, type StreamClose } from '@example/http2';
import type { Logger } from 'pino';
import { logAccess } from './access-log.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream, RequestHandler } from './call-stream.ts';
import type { Fields } from './metadata.ts';
import { requestIdFrom } from './request-id.ts';

/** The status in the access log, for HTTP statuses that stand for several. */
const codes: ReadonlyMap<number, Code> = new Map([
  [400, Code.InvalidArgument],
  [404, Code.Unimplemented],
]);

/** A request that is not a call: its response is an HTTP status without a body. */
export class Refusal implements RequestHandler {
  readonly #logger: Logger;
  readonly #stream: CallStream;
  readonly #headers: CallHeaders;
  readonly #peer: string;
  readonly #status: number;
  readonly #fields: Fields;
  readonly #requestId: string;
  readonly #startedAt = performance.now();
  #requestBytes = 0;

  /** @param fields further header fields of the response */
  constructor(logger: Logger, stream: CallStream, headers: CallHeaders, peer: string, status: number, fields: Fields) {
    this.#logger = logger;
    this.#stream = stream;
    this.#headers = headers;
    this.#peer = peer;
    this.#status = status;
    this.#fields = fields;
    this.#requestId = requestIdFrom(headers.requestId);
  }

  begin(): void {
    const status = [':status', `${this.#status}`] as const;
    this.#stream.discard();
    this.#stream.sendHeaders(headerList([status, ['x-request-id', this.#requestId], ...this.#fields]), true);
  }

  onData(_chunk: Buffer, start: number, end: number): void {
    this.#requestBytes += end - start;
  }

  onEnd(): void {}
  onDrain(): void {}

  onClose(reason: StreamClose | undefined): void {
    const record = {
      requestId: this.#requestId,
      peer: this.#peer,
      requestBytes: this.#requestBytes,
      responseBytes: 0,
      code: codes.get(this.#status),
    };
    logAccess(this.#logger, record, {
      headers: this.#headers,
      httpVersion: this.#stream.httpVersion ?? '2.0',
      httpStatus: this.#status,
      isResponseComplete: reason === undefined || (reason.by === 'handler' && reason.code === ErrorCode.NO_ERROR),
      startedAt: this.#startedAt,
    });
  }
}
