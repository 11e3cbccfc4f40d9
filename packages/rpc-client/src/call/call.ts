import { Code, ConnectError } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import type { TimerEntry, TimerWheel } from '@example/rpc-core';
import { Attempt, type AttemptListener } from './attempt.ts';
import type { CallMethod } from './call-method.ts';
import { attemptFields, type CallOptions } from './call-options.ts';
import type { ConnectionSource, Failure, Picked, Retries, Waiter } from './connection-source.ts';
import { aborted, deadlineExceeded } from './errors.ts';
import type { RequestBody } from './request-body.ts';

/** What the calls of a transport share. */
export interface CallContext {
  readonly source: ConnectionSource;
  readonly timers: TimerWheel<Call>;
  /** Limits of one message, also once it is decompressed, in bytes. */
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
}

/** The slack for a server whose clock is ahead of ours, in milliseconds. */
const clockSlackMs = 20;

/** A call, from its first attempt to its status. */
export abstract class Call implements TimerEntry, Waiter, AttemptListener {
  protected readonly method: CallMethod;
  protected readonly context: CallContext;
  readonly #options: CallOptions;
  readonly #request: RequestBody;
  readonly #retries: Retries | undefined;
  #attempt: Attempt | undefined;
  /** The headers of a response have arrived: no further attempt is made. */
  #isCommitted = false;
  #onAbort: (() => void) | undefined;
  #backoff: NodeJS.Timeout | undefined;
  isDone = false;
  /** Ended on our side: what has arrived is of no use. */
  protected isCancelled = false;
  dueAt = Number.POSITIVE_INFINITY;
  slot = 0;

  constructor(method: CallMethod, request: RequestBody, options: CallOptions, context: CallContext) {
    this.method = method;
    this.context = context;
    this.#options = options;
    this.#request = request;
    this.#retries = context.source.retries(method.desc);
  }

  get waitForReady(): boolean {
    return this.#options.waitForReady;
  }

  /** Whether what has been sent must be kept for a further attempt. */
  get mayRepeat(): boolean {
    return !this.#isCommitted && this.#retries !== undefined && !this.#retries.isOver;
  }

  start(): void {
    const { signal, timeoutMs } = this.#options;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.finish(aborted(signal));
        return;
      }
      this.#onAbort = () => this.cancel(aborted(signal));
      signal.addEventListener('abort', this.#onAbort);
    }
    if (timeoutMs !== undefined) {
      this.dueAt = performance.now() + timeoutMs;
      this.context.timers.add(this);
    }
    this.#begin();
  }

  #begin(): void {
    const picked = this.context.source.pick();
    if (picked === undefined) this.context.source.wait(this);
    else this.onPicked(picked);
  }

  onPicked(picked: Picked): void {
    const { method, context } = this;
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

  #fields(): HeaderList | undefined {
    const { dueAt } = this;
    const timeoutMs = dueAt === Number.POSITIVE_INFINITY ? dueAt : dueAt - performance.now();
    const previousAttempts = this.#retries === undefined ? 0 : this.#retries.previousAttempts;
    return attemptFields(this.method, this.#options.header, timeoutMs, previousAttempts, this.#request.encoding);
  }

  onUnavailable(error: ConnectError): void {
    this.finish(error);
  }

  // Events of the attempt.

  onHead(attempt: Attempt): void {
    // A response that consists of an error may still be followed by another attempt.
    if (attempt.head?.unaryError !== undefined || attempt.headers?.get('grpc-status') !== undefined) return;
    this.#isCommitted = true;
    this.onResponse(attempt);
  }

  /** The headers of the response that the caller gets. */
  protected onResponse(_attempt: Attempt): void {}

  abstract onData(attempt: Attempt): void;
  abstract onEnd(attempt: Attempt): void;

  onDrain(attempt: Attempt): void {
    this.#request.onDrain(attempt);
  }

  onFailure(attempt: Attempt, error: ConnectError, seenByServer: Failure['seenByServer']): void {
    if (this.isDone || attempt !== this.#attempt) return;
    const isLate = error.code === Code.Canceled && this.dueAt - clockSlackMs <= performance.now();
    this.attemptFailed(attempt, isLate ? deadlineExceeded() : error, seenByServer);
  }

  /** Makes another attempt if that is possible, and otherwise fails the call. */
  protected attemptFailed(attempt: Attempt, error: ConnectError, seenByServer: Failure['seenByServer']): void {
    attempt.report(error.code);
    const pushback = error.metadata.get('grpc-retry-pushback-ms') ?? undefined;
    const delayMs = this.#isCommitted
      ? undefined
      : this.#retries?.afterFailure({ code: error.code, seenByServer, pushback });
    if (delayMs === undefined || !this.#request.detach()) {
      this.finish(error);
      return;
    }
    this.#attempt = undefined;
    if (delayMs === 0) this.#begin();
    else this.#backoff = setTimeout(() => this.#begin(), delayMs);
  }

  // The end.

  /** The deadline has passed. */
  onDue(): void {
    this.cancel(deadlineExceeded());
  }

  /** Ends the call on our side. */
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
    if (error === undefined) this.#retries?.onSuccess();
    if (this.#options.timeoutMs !== undefined) this.context.timers.remove(this);
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#backoff);
    this.#request.stop();
    if (error !== undefined) this.onError(error);
  }

  protected abstract onError(error: ConnectError): void;
}
