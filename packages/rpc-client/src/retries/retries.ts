import type { Code } from '@connectrpc/connect';
import { backoffMs } from '../backoff.ts';
import type { RetryPolicy } from '../service-config.ts';
import type { Pushback } from './pushback.ts';
import type { RetryThrottle } from './retry-throttle.ts';

/** How an attempt has failed before the headers of a response have arrived. */
export interface Failure {
  readonly code: Code;
  /**
   * `nothing`: the attempt was not sent. `refused`: the server guarantees that it has not processed the attempt (RFC
   * 9113, section 8.7). `unknown`: the server may have processed the attempt.
   */
  readonly seenByServer: 'nothing' | 'refused' | 'unknown';
  /** The trailer `grpc-retry-pushback-ms` of the server. */
  readonly pushback: Pushback | undefined;
}

/**
 * How many refusals are followed by another attempt at once, whatever the policy is. After more of them, the policy
 * decides, because the server probably has no room for the call.
 */
const maxRefusals = 3;

/** Decides for one call whether and when the next attempt follows: gRFC A6. */
export class Retries {
  readonly #policy: RetryPolicy | undefined;
  readonly #throttle: RetryThrottle;
  #attempts: number;
  #refusals = 0;
  /** The number of waits since the last pushback. */
  #waits = 0;

  /**
   * @param policy undefined for a call that must not be repeated once a server may have seen it
   * @param previousAttempts the number of earlier attempts of the same hedged call
   */
  constructor(policy: RetryPolicy | undefined, throttle: RetryThrottle, previousAttempts = 0) {
    this.#attempts = previousAttempts + 1;
    this.#policy = policy;
    this.#throttle = throttle;
  }

  /** The number of earlier attempts that a server may have seen, for `grpc-previous-rpc-attempts`. */
  get previousAttempts(): number {
    return this.#attempts - 1;
  }

  /** Whether no further attempt is possible, so that sent messages need not be kept. */
  get isOver(): boolean {
    return this.#policy === undefined ? false : this.#attempts >= this.#policy.maxAttempts;
  }

  /** @returns the milliseconds until the next attempt; undefined if there is none */
  afterFailure(failure: Failure): number | undefined {
    if (failure.seenByServer === 'nothing') return 0;
    if (failure.seenByServer === 'refused' && this.#refusals < maxRefusals) {
      this.#refusals += 1;
      return 0;
    }
    return this.#byPolicy(failure);
  }

  #byPolicy({ code, pushback, seenByServer }: Failure): number | undefined {
    const policy = this.#policy;
    if (policy === undefined || seenByServer === 'nothing') return undefined;
    const isRetryable = policy.retryableCodes.has(code);
    if (isRetryable || pushback === 'never') this.#throttle.onFailure();
    if (!isRetryable || pushback === 'never') return undefined;
    if (this.#attempts >= policy.maxAttempts || !this.#throttle.allowsRetry) return undefined;
    this.#attempts += 1;
    if (pushback !== undefined) {
      this.#waits = 0;
      return pushback;
    }
    return backoffMs(this.#waits++, policy.backoff);
  }

  onSuccess(): void {
    this.#throttle.onSuccess();
  }
}
