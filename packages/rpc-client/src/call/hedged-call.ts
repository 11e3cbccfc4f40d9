import { Code, ConnectError } from '@connectrpc/connect';
import type { ClockTimer } from '@example/rpc-core';
import { readPushback } from '../retries/pushback.ts';
import { Retries } from '../retries/retries.ts';
import type { Call, CallContext } from './call.ts';
import type { CallOptions, Hedging } from './call-options.ts';
import { aborted } from './errors.ts';
import type { MessageReader } from './shared-messages.ts';

/**
 * One of several concurrent attempts. Each has its own `Call`, which repeats a request only if no server has processed
 * it.
 */
export interface Hedge {
  readonly call: Call;
  /** Reads the messages of the request; undefined when the request is a single message. */
  readonly reader?: MessageReader | undefined;
}

/**
 * Creates an attempt.
 *
 * @param succeed the attempt must call this with its response
 * @param fail the attempt must call this when it has failed
 */
export type CreateHedge<R> = (
  options: CallOptions,
  succeed: (response: R) => void,
  fail: (error: ConnectError) => void,
) => Hedge;

/**
 * A hedged call (gRFC A6). The next attempt begins after a delay, or at once when an attempt fails with a non-fatal
 * code. Each attempt goes to another server if there is one. The first response or fatal error becomes the result of
 * the call, and the other attempts are cancelled.
 */
export class HedgedCall<R> {
  readonly #options: CallOptions;
  readonly #hedging: Hedging;
  readonly #context: CallContext;
  readonly #create: CreateHedge<R>;
  readonly #settled = Promise.withResolvers<R>();
  readonly #open = new Set<Hedge>();
  readonly #startedAt: number;
  readonly #servers = new Set<object>();
  #sent = 0;
  /** Whether no further attempt will be made. */
  #isFinal = false;
  #lastError: ConnectError | undefined;
  #timer: ClockTimer | undefined;

  /** @param create creates an attempt that sends the request with the given options */
  constructor(options: CallOptions, hedging: Hedging, context: CallContext, create: CreateHedge<R>) {
    this.#options = options;
    this.#hedging = hedging;
    this.#context = context;
    this.#create = create;
    this.#startedAt = context.clock.now();
  }

  /** Makes the call. @returns its response */
  start(): Promise<R> {
    const { signal } = this.#options;
    signal?.addEventListener('abort', this.#onAbort);
    this.#sendNext();
    return this.#settled.promise.finally(() => signal?.removeEventListener('abort', this.#onAbort));
  }

  /** Fails the call if no attempt is in progress. Otherwise the attempts themselves handle the same signal. */
  readonly #onAbort = () => {
    if (this.#open.size === 0) this.#fail(aborted(this.#options.signal as AbortSignal));
  };

  /**
   * Keeps only the attempt that has read most of the request, and makes no further ones, so that no message is needed
   * again.
   *
   * @returns false if no attempt is in progress
   */
  commit(): boolean {
    const [furthest] = [...this.#open].sort((a, b) => (b.reader?.read ?? 0) - (a.reader?.read ?? 0));
    if (furthest === undefined) return false;
    this.#isFinal = true;
    this.#stopTimer();
    for (const hedge of this.#open) if (hedge !== furthest) this.#drop(hedge);
    return true;
  }

  #sendNext(): void {
    this.#stopTimer();
    const { policy, throttle } = this.#hedging;
    const previousAttempts = this.#sent;
    this.#sent += 1;
    if (this.#sent >= policy.maxAttempts) this.#isFinal = true;
    const options: CallOptions = {
      ...this.#options,
      startedAt: this.#startedAt,
      retries: new Retries(undefined, throttle, previousAttempts),
      usedServers: this.#servers,
    };
    const hedge = this.#create(
      options,
      (response) => this.#succeed(hedge, response),
      (error) => this.#onFailure(hedge, error),
    );
    this.#open.add(hedge);
    if (!this.#isFinal) this.#sendNextIn(policy.hedgingDelayMs);
    hedge.call.start();
  }

  #sendNextIn(ms: number): void {
    this.#stopTimer();
    const { timeoutMs } = this.#options;
    const { clock } = this.#context;
    // Attempts watch the deadline, but if none is in progress, only this timer can end the call: it then fires at the
    // deadline at the latest, and starts an attempt, which fails at once.
    const hasLimit = timeoutMs !== undefined && this.#open.size === 0;
    const waitMs = hasLimit ? Math.min(ms, this.#startedAt + timeoutMs - clock.now()) : ms;
    this.#timer = clock.setTimeout(() => this.#onTime(), waitMs);
  }

  #onTime(): void {
    this.#timer = undefined;
    if (this.#hedging.throttle.allowsRetry) this.#sendNext();
    else {
      this.#isFinal = true;
      if (this.#open.size === 0 && this.#lastError !== undefined) this.#fail(this.#lastError);
    }
  }

  #onFailure(hedge: Hedge, error: ConnectError): void {
    // Attempts that were cancelled here are no longer in the set.
    if (!this.#open.delete(hedge)) return;
    this.#lastError = error;
    const { policy, throttle } = this.#hedging;
    const pushback = readPushback(error);
    const isNonFatal = policy.nonFatalCodes.has(error.code);
    if (isNonFatal || pushback === 'never') throttle.onFailure();
    if (!isNonFatal) {
      this.#fail(error);
      return;
    }
    if (pushback === 'never' || !throttle.allowsRetry) this.#isFinal = true;
    if (this.#isFinal || pushback === 'never') {
      this.#stopTimer();
      if (this.#open.size === 0) this.#fail(error);
    } else if (pushback === undefined) this.#sendNext();
    else this.#sendNextIn(pushback);
  }

  #succeed(hedge: Hedge, response: R): void {
    this.#open.delete(hedge);
    this.#end();
    this.#settled.resolve(response);
  }

  #fail(error: ConnectError): void {
    this.#end();
    this.#settled.reject(error);
  }

  #end(): void {
    this.#stopTimer();
    for (const hedge of this.#open) this.#drop(hedge);
  }

  #drop(hedge: Hedge): void {
    this.#open.delete(hedge);
    hedge.call.cancel(new ConnectError('another attempt of the hedged call is used', Code.Canceled));
  }

  #stopTimer(): void {
    this.#context.clock.clear(this.#timer);
    this.#timer = undefined;
  }
}
