import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { ErrorCode, type Stream, type StreamClose, type StreamHandler } from '@example/http2';
import { withTimeLeft } from '@example/service-kit';
import { anybody, type Caller } from '../access/caller.ts';
import type { Gate } from '../access/gate.ts';
import { logAccess } from '../calls/access-log.ts';
import { type CallRecord, requestIdFrom } from '../calls/call-record.ts';
import { callLogger, mapError } from '../calls/error-mapping.ts';
import { lateMs } from '../calls/universal-call.ts';
import type { ServerConfig } from '../process/config.ts';
import type { Logger } from '../process/logger.ts';
import { CallContext } from './call-context.ts';
import type { CallHead } from './call-head.ts';
import type { Clock, Timed } from './clock.ts';
import { isPromise } from './is-promise.ts';
import type { Method } from './method.ts';
import type { RequestHeaders } from './request-headers.ts';

/** What all calls of a server share. */
export interface CallServer {
  readonly config: ServerConfig;
  readonly gate: Gate;
  readonly interceptors: readonly Interceptor[];
  readonly clock: Clock<Call>;
  readonly logger: Logger;
}

/** What every call needs of its stream, whatever the HTTP version. */
export type CallStream = Pick<
  Stream,
  'requestEnded' | 'closed' | 'readAhead' | 'discard' | 'sendHeaders' | 'sendData' | 'reset'
> & {
  readonly headers: RequestHeaders;
  /** Default: 2.0. */
  readonly httpVersion?: string;
};

interface Cancellation {
  readonly aborted: boolean;
  readonly reason: unknown;
}

const notCancelled: Cancellation = { aborted: false, reason: undefined };

/** A call from its header fields to the end of its stream, whatever its kind and protocol. */
export abstract class Call implements StreamHandler, CallRecord, Timed {
  abstract readonly protocolName: string;
  readonly server: CallServer;
  readonly stream: CallStream;
  readonly method: Method;
  readonly peer: string;
  protected readonly head: CallHead;
  #requestId: string | undefined;
  requestBytes = 0;
  responseBytes = 0;
  subject: string | undefined = undefined;
  code: Code | undefined = undefined;
  caller: Caller = anybody;
  slot = 0;

  protected readonly context = new CallContext(this);
  protected readonly startedAt = performance.now();
  readonly #deadlineAt: number;
  /** Whether the gate has let it in. */
  protected isAdmitted = false;
  /** Whether it has its answer, or will have none: what its handler does is of no interest any more. */
  protected isOver = false;
  #hasAnswer = false;
  #cancellation = notCancelled;
  #controller: AbortController | undefined;

  constructor(server: CallServer, stream: CallStream, method: Method, peer: string, head: CallHead) {
    this.server = server;
    this.stream = stream;
    this.method = method;
    this.peer = peer;
    this.head = head;
    this.#deadlineAt = this.startedAt + allowedMs(head.timeoutMs, method, server.config);
  }

  // What others are told of it.

  get requestId(): string {
    this.#requestId ??= requestIdFrom(this.head.requestId);
    return this.#requestId;
  }

  /** Whether the client has given its request an id, and is told it. */
  protected get hasGivenId(): boolean {
    return this.head.requestId !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isOver) this.#controller.abort(this.#cancellation.reason);
    }
    return this.#controller.signal;
  }

  /** Milliseconds that it may still take; undefined when it may go on. */
  timeLeft(): number | undefined {
    return this.#deadlineAt === Number.POSITIVE_INFINITY ? undefined : this.#deadlineAt - performance.now();
  }

  // Its beginning.

  begin(): void {
    this.server.clock.add(this);
    try {
      const caller = this.server.gate(this.method.desc, this, this.head.authorization);
      if (caller instanceof Promise) {
        caller.then(
          (admitted) => this.#admit(admitted),
          (error: unknown) => this.fail(error),
        );
      } else this.#admit(caller);
    } catch (error) {
      this.fail(error);
    }
  }

  #admit(caller: Caller): void {
    if (this.isOver) return;
    this.caller = caller;
    const refusal = refusalOf(this.head, this.protocolName);
    if (refusal !== undefined) this.fail(refusal);
    else if (this.#deadlineAt <= this.startedAt) this.#expire();
    else {
      this.isAdmitted = true;
      this.onAdmitted();
    }
  }

  /** The call may go on: what has come of its request is to be read. */
  protected abstract onAdmitted(): void;

  /** Runs what a handler does, which may ask how long the call may take. */
  protected run<T>(handle: () => T): T {
    return withTimeLeft(() => this.timeLeft(), handle);
  }

  /** Does something with a result, at once when it is there; what is thrown on the way ends the call. */
  protected settle<T>(work: () => T | Promise<T>, use: (result: T) => void): void {
    try {
      const result = work();
      if (isPromise(result)) {
        result.then(
          (late) => this.settle(() => late, use),
          (error: unknown) => this.fail(error),
        );
      } else if (!this.isOver) use(result);
    } catch (error) {
      this.fail(error);
    }
  }

  // Its end.

  /** Ends it with whatever was thrown. */
  protected fail(error: unknown): void {
    if (this.isOver) return;
    const sent = mapError(error, this.#cancellation, this.logger());
    this.code = sent.code;
    this.#end(sent);
    this.#hasAnswer = true;
    try {
      this.sendError(sent);
    } catch (unsendable) {
      this.#hasAnswer = false;
      // Such as a control character in a header that the handler has set.
      this.logger().error({ err: unsendable }, 'the header fields of an answer cannot be sent');
      this.stream.reset(ErrorCode.INTERNAL_ERROR);
    }
  }

  logger(): Logger {
    return callLogger(this.server.logger, this.method.desc, this);
  }

  /** To be called before the end of a good answer is sent. */
  protected succeed(): void {
    this.#hasAnswer = true;
    this.#end(undefined);
  }

  /** Ends it, whatever its handler does. */
  cancel(reason: ConnectError): void {
    if (this.isOver) return;
    this.#cancellation = { aborted: true, reason };
    this.fail(reason);
  }

  #end(reason: ConnectError | undefined): void {
    this.isOver = true;
    this.stream.discard();
    this.#controller?.abort(reason);
    this.onOver(reason ?? hasEnded);
  }

  /** What waits for more is to be told the reason. */
  protected onOver(_reason: ConnectError): void {}

  /** Sends the error as the protocol has it, after what was sent already. @throws {TypeError} for a field that HTTP/2 does not allow */
  protected abstract sendError(error: ConnectError): void;

  // StreamHandler.

  abstract onData(chunk: Buffer, start: number, end: number): void;
  abstract onEnd(): void;
  onDrain(): void {}

  onClose(reason: StreamClose | undefined): void {
    if (!this.isOver) {
      this.code = Code.Canceled;
      this.#cancellation = { aborted: true, reason: clientGone };
      this.#end(clientGone);
    }
    this.server.clock.remove(this);
    const { logger } = this.server;
    const isEnded = reason === undefined || (reason.by === 'handler' && reason.code === ErrorCode.NO_ERROR);
    logAccess(logger, this, {
      path: this.stream.headers.path,
      httpVersion: this.stream.httpVersion ?? '2.0',
      contentType: this.stream.headers.get('content-type'),
      httpStatus: this.httpStatus,
      isAnswered: this.#hasAnswer && isEnded,
      startedAt: this.startedAt,
    });
  }

  protected get httpStatus(): number {
    return 200;
  }

  // Its time.

  get isDone(): boolean {
    return this.stream.closed;
  }

  get dueAt(): number {
    return this.isOver ? this.#deadlineAt + lateMs : Math.min(this.#deadlineAt, this.silenceEndsAt);
  }

  /** When the client will have been silent for too long, by `performance.now()`. */
  protected abstract get silenceEndsAt(): number;

  protected abstract onSilence(): void;

  onDue(now: number): void {
    if (this.isOver) this.stream.reset(ErrorCode.CANCEL);
    else if (this.#deadlineAt <= now) this.#expire();
    else this.onSilence();
  }

  #expire(): void {
    this.cancel(new ConnectError('the operation timed out', Code.DeadlineExceeded));
  }
}

/** What is wrong with the header fields of a call; it counts only for those who may call at all. */
function refusalOf({ error, timeoutMs, timeoutText }: CallHead, protocolName: string): ConnectError | undefined {
  if (error !== undefined || !Number.isNaN(timeoutMs)) return error;
  return new ConnectError(
    `protocol error: invalid ${protocolName} timeout value: ${timeoutText}`,
    Code.InvalidArgument,
  );
}

const clientGone = new ConnectError('the client has gone', Code.Canceled);
const hasEnded = new ConnectError('the call has ended', Code.Canceled);

/** How long a call may take, in milliseconds: what its client asks for, within limits. */
function allowedMs(
  timeoutMs: number | undefined,
  { isOpenEnded }: Method,
  { defaultDeadlineMs, maxDeadlineMs }: ServerConfig,
): number {
  if (timeoutMs !== undefined && !Number.isNaN(timeoutMs)) return Math.min(timeoutMs, maxDeadlineMs);
  return isOpenEnded ? Number.POSITIVE_INFINITY : defaultDeadlineMs;
}
