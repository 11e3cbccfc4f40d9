import { Code, ConnectError } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import type { Clock, ClockTimer, TimerEntry, TimerWheel } from '@example/rpc-core';
import type { ConnectionSource, Picked, Waiter } from '../connection/connection-source.ts';
import { readPushback } from '../retries/pushback.ts';
import type { Failure } from '../retries/retries.ts';
import { type CallStage, deadlineError, TimeSpent } from '../time-spent/time-spent.ts';
import { Attempt, type AttemptListener } from './attempt.ts';
import type { CallMethod } from './call-method.ts';
import { attemptFields, type CallOptions } from './call-options.ts';
import { aborted } from './errors.ts';
import type { ResponseLimits } from './messages.ts';
import type { RequestBody } from './request-body.ts';

/** The parts that the calls of a transport share. */
export interface CallContext extends ResponseLimits {
  readonly source: ConnectionSource;
  readonly timers: TimerWheel<Call>;
  readonly clock: Clock;
  /** The limit of one message in bytes, both compressed and decompressed. */
  readonly maxRequestBytes: number;
  /** The limit of an envelope that ends a response, in bytes. */
  readonly maxHeaderBytes: number;
}

/** The slack for a server whose clock is ahead of ours, in milliseconds. */
const clockSlackMs = 20;

/** A call, from its first attempt to its status. */
export abstract class Call implements TimerEntry, Waiter, AttemptListener {
  protected readonly method: CallMethod;
  protected readonly context: CallContext;
  readonly #options: CallOptions;
  readonly #request: RequestBody;
  #attempt: Attempt | undefined;
  /** The headers of a response have arrived: no further attempt is made. */
  #isCommitted = false;
  #onAbort: (() => void) | undefined;
  #backoff: ClockTimer | undefined;
  readonly #startedAt: number;
  /** `lateMs` of the timer wheel at the start of the call. */
  #lateMs = 0;
  /** The stages of the call; undefined while the call has not waited. */
  #spent: TimeSpent | undefined;
  #token: string | undefined;
  isDone = false;
  /** The text of the last failure, for the error of the deadline. */
  lastFailure: string | undefined;
  /** The call was ended on this side: data that arrives from now on is dropped. */
  protected isCancelled = false;
  dueAt = Number.POSITIVE_INFINITY;
  slot = 0;

  constructor(method: CallMethod, request: RequestBody, options: CallOptions, context: CallContext) {
    this.method = method;
    this.context = context;
    this.#options = options;
    this.#request = request;
    this.#startedAt = options.startedAt ?? context.clock.now();
  }

  get path(): string {
    return this.method.path;
  }

  get waitForReady(): boolean {
    return this.#options.waitForReady;
  }

  /** Whether sent messages must be kept for a further attempt. */
  get mayRepeat(): boolean {
    return !this.#isCommitted && !this.#options.retries.isOver;
  }

  start(): void {
    const { signal, timeoutMs, startedAt } = this.#options;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.finish(aborted(signal));
        return;
      }
      this.#onAbort = () => this.cancel(aborted(signal));
      signal.addEventListener('abort', this.#onAbort);
    }
    if (timeoutMs !== undefined) {
      this.dueAt = this.#startedAt + timeoutMs;
      this.context.timers.add(this);
      this.#lateMs = this.context.timers.lateMs;
      if (timeoutMs <= 0 || (startedAt !== undefined && this.dueAt <= this.context.clock.now())) {
        this.finish(this.#deadlineError());
        return;
      }
    }
    this.#begin();
  }

  #begin(): void {
    try {
      const token = this.#options.token?.get();
      if (token instanceof Promise) {
        this.#time().enter('token');
        token.then(
          (value) => this.#pick(value),
          (error) => this.finish(noToken(error)),
        );
      } else this.#pick(token);
    } catch (error) {
      this.finish(noToken(error));
    }
  }

  #pick(token: string | undefined): void {
    if (this.isDone) return;
    this.#token = token;
    const { source } = this.context;
    const picked = source.pick(this.method.path, this.isStream, this.#options.usedServers);
    if (picked === undefined) {
      this.#time().wait(source.stageTimes);
      source.wait(this);
    } else this.onPicked(picked);
  }

  #time(): TimeSpent {
    this.#spent ??= new TimeSpent('response', this.#startedAt, this.context.clock);
    return this.#spent;
  }

  onPicked(picked: Picked): void {
    const { method, context } = this;
    if (this.#spent !== undefined) this.#stopWaiting(this.#spent);
    this.#options.usedServers?.add(picked.server);
    const attempt = new Attempt(method, picked, this, context.maxResponseBytes);
    this.#attempt = attempt;
    const request = this.#request;
    try {
      attempt.open(request.headers ?? method.headers, this.#fields(), request.isEmpty);
    } catch (error) {
      attempt.report(Code.Internal);
      this.finish(ConnectError.from(error, Code.Internal));
      return;
    }
    request.attach(attempt);
  }

  #stopWaiting(spent: TimeSpent): void {
    spent.stopWaiting(this.context.source.stageTimes);
    spent.enter('response');
  }

  #fields(): HeaderList | undefined {
    const { dueAt } = this;
    const timeoutMs = dueAt === Number.POSITIVE_INFINITY ? dueAt : dueAt - this.context.clock.now();
    const { header, retries } = this.#options;
    const { encoding } = this.#request;
    return attemptFields(this.method, header, timeoutMs, retries.previousAttempts, encoding, this.#token);
  }

  onUnavailable(error: ConnectError): void {
    this.finish(error);
  }

  // Methods that the attempt calls.

  onHead(attempt: Attempt): void {
    // A response that consists only of an error may still be followed by another attempt.
    if (attempt.head?.unaryError !== undefined || attempt.headers?.get('grpc-status') !== undefined) return;
    this.#isCommitted = this.isStream;
    this.onResponse(attempt);
  }

  /**
   * Whether the response is a stream. The caller of a stream receives the headers before the response has ended, so no
   * further attempt may follow the headers. In a unary call another attempt may follow, because servers may send
   * headers even if the call fails afterwards.
   */
  abstract readonly isStream: boolean;

  /** Called when the headers of a response have arrived, unless the response is only an error. */
  protected onResponse(_attempt: Attempt): void {}

  abstract onData(attempt: Attempt): void;
  abstract onEnd(attempt: Attempt): void;

  onDrain(attempt: Attempt): void {
    this.#request.onDrain(attempt);
  }

  onFailure(attempt: Attempt, error: ConnectError, seenByServer: Failure['seenByServer']): void {
    if (this.isDone || attempt !== this.#attempt) return;
    const isLate = error.code === Code.Canceled && this.#isLate;
    this.attemptFailed(attempt, isLate ? this.#deadlineError() : error, seenByServer);
  }

  get #isLate(): boolean {
    return this.dueAt - clockSlackMs <= this.context.clock.now();
  }

  /** Makes another attempt if that is possible, and otherwise fails the call. */
  protected attemptFailed(attempt: Attempt, error: ConnectError, seenByServer: Failure['seenByServer']): void {
    attempt.report(error.code);
    this.lastFailure = error.rawMessage;
    const delayMs = this.#isCommitted
      ? undefined
      : this.#options.retries.afterFailure({ code: error.code, seenByServer, pushback: readPushback(error) });
    if (error.code === Code.Unauthenticated && this.#token !== undefined) this.#options.token?.refused(this.#token);
    if (delayMs === undefined || !this.#request.detach()) {
      // A server whose clock is ahead reports the deadline a little too early. Our own error replaces its error,
      // because it also names the stages of the call.
      this.finish(error.code === Code.DeadlineExceeded && this.#isLate ? this.#deadlineError() : error);
      return;
    }
    this.#attempt = undefined;
    if (delayMs === 0) this.#begin();
    else {
      this.#time().enter('backoff');
      this.#backoff = this.context.clock.setTimeout(() => this.#begin(), delayMs);
    }
  }

  // Methods that end the call.

  /** The deadline has passed. */
  onDue(): void {
    this.cancel(this.#deadlineError());
  }

  #deadlineError(): ConnectError {
    const { source, timers } = this.context;
    const spent = this.#time();
    spent.stopWaiting(source.stageTimes);
    if (this.#attempt !== undefined) spent.wasIn(this.stageOf(this.#attempt));
    return deadlineError(spent.end(), timers.lateMs - this.#lateMs, source.target, this.lastFailure);
  }

  /** The stage of an attempt that has been sent, which shows what the attempt waits for. */
  protected stageOf(attempt: Attempt): CallStage {
    if (attempt.isBlocked) return 'flow control';
    const isRequestNeeded = this.method.desc.methodKind === 'client_streaming';
    return isRequestNeeded && this.#request.isWaiting ? 'request' : 'response';
  }

  /** Ends the call on this side. */
  cancel(error: ConnectError): void {
    if (this.isDone) return;
    const attempt = this.#attempt;
    this.isCancelled = true;
    this.finish(error);
    attempt?.cancel();
  }

  /** @param error undefined for success */
  protected finish(error: ConnectError | undefined): void {
    if (this.isDone) return;
    this.isDone = true;
    this.#attempt?.report(error?.code);
    if (error === undefined) this.#options.retries.onSuccess();
    // A server that has made this call must not pass the text of the error on to its own clients.
    else error.isWireError = true;
    if (this.#options.timeoutMs !== undefined) this.context.timers.remove(this);
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#backoff !== undefined) this.context.clock.clear(this.#backoff);
    this.#request.stop();
    if (error !== undefined) this.onError(error);
  }

  protected abstract onError(error: ConnectError): void;
}

function noToken(cause: unknown): ConnectError {
  const message = `no token could be fetched: ${cause instanceof Error ? cause.message : cause}`;
  return new ConnectError(message, Code.Unavailable, undefined, undefined, cause);
}
