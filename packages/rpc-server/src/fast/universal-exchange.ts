import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { ErrorCode, headerList, type Stream, type StreamClose, type StreamHandler } from '@example/http2';
import { logAccess } from '../calls/access-log.ts';
import { type CallRecord, requestIdFrom } from '../calls/call-record.ts';
import { limitDeadline } from '../calls/deadline-header.ts';
import { hasOneRequest, isOpenEnded } from '../calls/open-ended.ts';
import { callUniversal, lateMs } from '../calls/universal-call.ts';
import type { CrossOrigin } from '../connections/cross-origin.ts';
import type { ServerConfig } from '../process/config.ts';
import type { Logger } from '../process/logger.ts';
import { ByteStream } from './byte-stream.ts';
import { toFields, toHeaders } from './metadata.ts';

export interface UniversalServer {
  readonly config: ServerConfig;
  readonly handlers: ReadonlyMap<string, UniversalHandler>;
  readonly crossOrigin: CrossOrigin | undefined;
  readonly logger: Logger;
}

const nothing = new Uint8Array();

/** A request that one of Connect's handlers answers, or nobody: whatever is not for the engine itself. */
export class UniversalExchange implements StreamHandler {
  readonly #server: UniversalServer;
  readonly #stream: Stream;
  readonly #record: CallRecord;
  readonly #startedAt = performance.now();
  readonly #closing = new AbortController();
  readonly #body: ByteStream;
  readonly #header: Headers;
  /** Of every answer. */
  readonly #common = new Headers();
  #status = 200;
  #hasAnswer = false;
  #onDrain: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: UniversalServer, stream: Stream, peer: string) {
    this.#server = server;
    this.#stream = stream;
    this.#body = new ByteStream(stream);
    this.#header = toHeaders(stream.headers);
    const requestId = requestIdFrom(this.#header.get('x-request-id') ?? undefined);
    this.#record = { requestId, peer, requestBytes: 0, responseBytes: 0 };
    this.#common.set('x-request-id', requestId);
  }

  begin(): void {
    const { crossOrigin } = this.#server;
    const { method } = this.#stream.headers;
    if (crossOrigin === undefined) this.#answer();
    else
      crossOrigin(
        method,
        this.#header,
        this.#common,
        (status) => this.#respond({ status }),
        () => this.#answer(),
      );
  }

  #answer(): void {
    const { config, handlers, logger } = this.#server;
    const { scheme, authority, path, method } = this.#stream.headers;
    const [pathname = ''] = path.split('?', 1);
    const handler = handlers.get(pathname);
    if (handler === undefined) {
      this.#refuse(404, Code.Unimplemented);
      return;
    }
    const url = URL.parse(path, `${scheme}://${authority}`);
    if (url === null) {
      this.#refuse(400, Code.InvalidArgument);
      return;
    }
    const deadlineMs = limitDeadline(this.#header, !isOpenEnded(handler.method), config);
    if (deadlineMs !== undefined) this.#deliverWithin(deadlineMs);
    // A message is put together, and kept until it is answered.
    this.#body.isKept = hasOneRequest(handler.method);
    const request = {
      ...{ httpVersion: '2.0', method, url: url.href, header: this.#header, body: this.#body },
      signal: this.#closing.signal,
    };
    callUniversal(handler, request, this.#record, config)
      .then((response) => this.#respond(response))
      .catch((error: unknown) => {
        // The status is decided before anything is sent, so that what fails here is the sending.
        logger.debug({ err: error, path: pathname }, 'an answer could not be delivered');
        this.#stream.reset(ErrorCode.INTERNAL_ERROR);
      });
  }

  #refuse(status: number, code: Code): void {
    this.#record.code = code;
    void this.#respond({ status });
  }

  /** The first bytes are waited for before the headers are sent, because a handler may set headers until then. */
  async #respond({ status, header, body, trailer }: UniversalServerResponse): Promise<void> {
    const chunks = body?.[Symbol.asyncIterator]();
    try {
      const first = await chunks?.next();
      this.#status = status;
      const headers = headerList([[':status', `${status}`], ...toFields(this.#common), ...toFields(header)]);
      for (let next = first, isFirst = true; ; isFirst = false) {
        const isLast = next === undefined || next.done === true;
        const sent = trailer === undefined ? [] : toFields(trailer);
        if (isLast) this.#hasAnswer = true;
        if (isFirst) this.#stream.sendHeaders(headers, isLast && sent.length === 0);
        if (next === undefined || next.done === true) {
          if (sent.length > 0) this.#stream.sendTrailers(headerList(sent));
          else if (!isFirst) this.#stream.sendData(nothing, nothing, true);
          return;
        }
        if (!this.#stream.sendData(nothing, next.value)) await this.#drained();
        if (this.#stream.closed) return;
        next = await chunks?.next();
      }
    } finally {
      chunks?.return?.().catch(() => {});
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = resolve;
    });
  }

  /** Ends a call some time after its deadline although its client has not taken the answer. */
  #deliverWithin(deadlineMs: number): void {
    this.#timer = setTimeout(() => this.#stream.reset(ErrorCode.CANCEL), deadlineMs + lateMs);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#body.push(chunk, start, end);
  }

  onEnd(): void {
    this.#body.end();
  }

  onDrain(): void {
    this.#onDrain?.();
  }

  onClose(reason: StreamClose | undefined): void {
    clearTimeout(this.#timer);
    const gone = new ConnectError('the client has gone', Code.Canceled);
    this.#body.interrupt(gone);
    this.#closing.abort(this.#hasAnswer ? undefined : gone);
    this.#onDrain?.();
    const isEnded = reason === undefined || (reason.by === 'handler' && reason.code === ErrorCode.NO_ERROR);
    logAccess(this.#server.logger, this.#record, {
      path: this.#stream.headers.path,
      httpVersion: '2.0',
      contentType: this.#header.get('content-type') ?? undefined,
      httpStatus: this.#status,
      isAnswered: this.#hasAnswer && isEnded,
      startedAt: this.#startedAt,
    });
  }
}
