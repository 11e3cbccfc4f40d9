import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type UnaryResponse } from '@connectrpc/connect';
import { errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import { jsonElementLimit } from '@example/message-codec';
import { appendHeaders } from '../protocol/append-headers.ts';
import type { ResponseEnd, ResponseHead } from '../protocol/protocol.ts';
import type { Attempt } from './attempt.ts';
import { Call, type CallContext } from './call.ts';
import type { CallMethod } from './call-method.ts';
import type { CallOptions } from './call-options.ts';
import type { Response } from './codec.ts';
import { incompleteEnvelope, wrongMessageCount } from './errors.ts';
import { LazyResponse } from './lazy-response.ts';
import { decodeResponse, plainBytes } from './messages.ts';
import type { RequestBody } from './request-body.ts';
import { UnaryParts } from './unary-parts.ts';

/** Whether the body of an error in Connect's JSON has more elements than a limit. */
const hasMoreJsonElements = jsonElementLimit(EmptySchema);

/** A call with one response message. */
export class UnaryCall extends Call {
  readonly isStream = false;
  readonly #resolve: (response: UnaryResponse) => void;
  readonly #reject: (error: ConnectError) => void;
  #parts: UnaryParts | undefined;

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
      if (this.method.protocol.isEnveloped) this.#partsOf(attempt).read();
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

  #partsOf(attempt: Attempt): UnaryParts {
    if (this.#parts?.attempt !== attempt) {
      this.#parts = new UnaryParts(attempt, this.method.protocol.endFlag, this.context.maxHeaderBytes);
    }
    return this.#parts;
  }

  #read(attempt: Attempt): void {
    const parts = this.#partsOf(attempt);
    parts.read();
    if (attempt.body.unread > 0) throw incompleteEnvelope();
    const head = attempt.head as ResponseHead;
    const { message, flags, end, endFlags } = parts;
    if (end === undefined || endFlags === 0) this.#complete(attempt, head, message, flags, end);
    else {
      this.#then(attempt, plainBytes(head, endFlags, end, this.context.maxHeaderBytes), (plain) =>
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
    const { maxResponseBytes, maxResponseElements } = this.context;
    if (unaryError !== undefined) {
      this.#then(attempt, plainBytes(head, flags, message, maxResponseBytes), (plain) => {
        if (hasMoreJsonElements(plain, maxResponseElements)) throw unaryError;
        const metadata = protocol.headersOf(headers);
        appendHeaders(metadata, end.trailers());
        throw errorFromJsonBytes(plain, metadata, unaryError);
      });
      return;
    }
    const decoded = decodeResponse(method, head, flags, message, this.context);
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
