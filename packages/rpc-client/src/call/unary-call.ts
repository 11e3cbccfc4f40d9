import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, type UnaryResponse } from '@connectrpc/connect';
import { errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import type { HeaderList } from '@example/http2';
import { appendHeaders } from '../protocol/append-headers.ts';
import type { ResponseEnd, ResponseHead } from '../protocol/protocol.ts';
import type { Attempt } from './attempt.ts';
import { Call, type CallContext } from './call.ts';
import type { CallMethod } from './call-method.ts';
import type { CallOptions } from './call-options.ts';
import type { Response } from './codec.ts';
import { incompleteEnvelope, wrongMessageCount } from './errors.ts';
import { decodeResponse, plainBytes } from './messages.ts';
import type { RequestBody } from './request-body.ts';

/** A call with one response message. */
export class UnaryCall extends Call {
  readonly isStream = false;
  readonly #resolve: (response: UnaryResponse) => void;
  readonly #reject: (error: ConnectError) => void;

  constructor(
    method: CallMethod,
    request: RequestBody,
    options: CallOptions,
    context: CallContext,
    resolve: (response: UnaryResponse) => void,
    reject: (error: ConnectError) => void,
  ) {
    super(method, request, options, context);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onData(attempt: Attempt): void {
    try {
      // Opens the window, so that the rest of a message that is larger than the window can arrive.
      if (attempt.body.needsMore()) attempt.readAhead();
    } catch (error) {
      this.cancel(ConnectError.from(error));
    }
  }

  onEnd(attempt: Attempt): void {
    if (this.isDone) return;
    try {
      this.#read(attempt);
    } catch (error) {
      this.attemptFailed(attempt, ConnectError.from(error, Code.Internal), 'unknown');
    }
  }

  #read(attempt: Attempt): void {
    const { body } = attempt;
    const { protocol } = this.method;
    const head = attempt.head as ResponseHead;
    let message: Uint8Array | undefined;
    let flags = 0;
    let end: Uint8Array | undefined;
    let endFlags = 0;
    for (let bytes = body.next(); bytes !== undefined; bytes = body.next()) {
      if (end !== undefined) throw wrongMessageCount('a message after the end of the response');
      if ((body.flags & protocol.endFlag) !== 0) {
        end = bytes;
        endFlags = body.flags & ~protocol.endFlag;
      } else if (message !== undefined) {
        throw wrongMessageCount('more than one response message for a unary method');
      } else {
        message = bytes;
        flags = body.flags;
      }
    }
    if (body.unread > 0) throw incompleteEnvelope();
    if (end === undefined) this.#complete(attempt, head, message, flags, undefined);
    else if (endFlags === 0) this.#complete(attempt, head, message, flags, end);
    else {
      this.#then(attempt, plainBytes(head, endFlags, end, this.context.maxResponseBytes), (plain) =>
        this.#complete(attempt, head, message, flags, plain),
      );
    }
  }

  #complete(
    attempt: Attempt,
    head: ResponseHead,
    message: Uint8Array | undefined,
    flags: number,
    endBytes: Uint8Array | undefined,
  ): void {
    const { method } = this;
    const { protocol } = method;
    const { headers, trailers } = attempt;
    if (headers === undefined) throw new ConnectError('protocol error: no response', Code.Internal);
    const end =
      endBytes === undefined
        ? protocol.readEnd(headers, trailers, message !== undefined)
        : protocol.readEndEnvelope(endBytes, headers);
    if (end.error !== undefined) {
      this.attemptFailed(attempt, end.error, 'unknown');
      return;
    }
    if (message === undefined) throw wrongMessageCount('no response message for a unary method');
    const { unaryError } = head;
    const { maxResponseBytes } = this.context;
    if (unaryError !== undefined) {
      this.#then(attempt, plainBytes(head, flags, message, maxResponseBytes), (plain) => {
        const metadata = protocol.headersOf(headers);
        appendHeaders(metadata, end.trailers());
        throw errorFromJsonBytes(plain, metadata, unaryError);
      });
      return;
    }
    const decoded = decodeResponse(method, head, flags, message, maxResponseBytes);
    if (decoded instanceof Promise) this.#then(attempt, decoded, (value) => this.#succeed(attempt, value, end));
    else this.#succeed(attempt, decoded, end);
  }

  #succeed(attempt: Attempt, message: Response, end: ResponseEnd): void {
    if (this.isDone) return;
    this.finish(undefined);
    this.#resolve(new LazyResponse(this.method, message, attempt.headers, end));
  }

  #then<T>(attempt: Attempt, promise: Promise<T>, action: (value: T) => void): void {
    promise.then(action).catch((error) => {
      if (!this.isDone) this.attemptFailed(attempt, ConnectError.from(error, Code.Internal), 'unknown');
    });
  }

  protected onError(error: ConnectError): void {
    this.#reject(error);
  }
}

/** Creates `Headers` only when they are read. */
class LazyResponse implements UnaryResponse {
  readonly stream = false;
  readonly message: Response;
  readonly #method: CallMethod;
  readonly #headers: HeaderList | undefined;
  readonly #end: ResponseEnd;

  constructor(method: CallMethod, message: Response, headers: HeaderList | undefined, end: ResponseEnd) {
    this.message = message;
    this.#method = method;
    this.#headers = headers;
    this.#end = end;
  }

  get method(): DescMethodUnary {
    return this.#method.desc as DescMethodUnary;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    return this.#headers === undefined ? new Headers() : this.#method.protocol.headersOf(this.#headers);
  }

  get trailer(): Headers {
    return this.#end.trailers();
  }
}
