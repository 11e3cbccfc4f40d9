import type { RetryThrottling } from '../service-config.ts';

/**
 * The most tokens that gRFC A6 allows, because the loss of a server with hundreds of calls must not use them up. A
 * lasting failure still causes at most one retry for ten calls that succeed.
 */
const defaultThrottling: RetryThrottling = { maxTokens: 1_000, tokenRatio: 0.1 };

/**
 * The token bucket of gRFC A6, one for all calls of a channel. It stops retries while too many calls fail, so that they
 * do not add to the load of overloaded servers.
 */
export class RetryThrottle {
  readonly #max: number;
  readonly #ratio: number;
  #tokens: number;

  constructor({ maxTokens, tokenRatio }: RetryThrottling = defaultThrottling) {
    this.#max = maxTokens;
    this.#ratio = tokenRatio;
    this.#tokens = maxTokens;
  }

  onSuccess(): void {
    if (this.#tokens < this.#max) this.#tokens = Math.min(this.#max, this.#tokens + this.#ratio);
  }

  /** Call for an error that is retryable, or whose pushback forbids a retry. */
  onFailure(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  get allowsRetry(): boolean {
    return this.#tokens > this.#max / 2;
  }
}
