import type { Clock } from '@example/rpc-core';
import { outsideOfCalls } from '@example/service-kit';
import { backoffMs } from '../backoff.ts';

/** An access token, as a token endpoint returns it. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch, as of `Date.now()`. */
  readonly expiresAt: number;
}

/** Gets a new token. @param signal ends the attempt @throws {Error} with a message that names the cause */
export type FetchToken = (signal: AbortSignal) => Promise<Token>;

/** A token is renewed when this part of its lifetime is left, or at most `maxMs` milliseconds before its end. */
const renewal = { part: 0.2, maxMs: 60_000 };
/** A token with less time left than this, in milliseconds, is not sent, because it could expire on its way. */
const marginMs = 1_000;
const fetchTimeoutMs = 10_000;
const expired =
  'the token that was fetched has expired: check that its expiresAt is in milliseconds, and the clocks of both machines';
const backoff = { initialMs: 500, maxMs: 30_000 };

/**
 * The token of a client. The first call fetches it. When the token is due for renewal, the next call renews it for all
 * calls. Calls use the old token until the new one has arrived, so that a short outage of the issuer has no effect.
 * After a failure, there is a pause before the next attempt.
 */
export class TokenSource {
  readonly #fetch: FetchToken;
  readonly #clock: Clock;
  #token: Token | undefined;
  #renewAt = 0;
  #fetching: Promise<void> | undefined;
  #failures = 0;
  #error: unknown;

  constructor(fetch: FetchToken, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** @returns the token, once there is one @throws the error of the last fetch, if its pause has not ended */
  get(): string | Promise<string> {
    const now = this.#clock.date();
    const token = this.#token;
    const isUsable = token !== undefined && token.expiresAt - marginMs > now;
    if (now >= this.#renewAt) this.#fetching ??= outsideOfCalls(() => this.#renew());
    if (isUsable) return token.value;
    if (this.#fetching === undefined) throw this.#error;
    return this.#fetching.then(() => {
      if (this.#token === undefined || this.#token.expiresAt <= this.#clock.date()) throw this.#error;
      return this.#token.value;
    });
  }

  /** A server has refused the token: the next call gets a new one. @param value the token that was refused */
  refused(value: string): void {
    if (this.#token?.value !== value) return;
    this.#token = undefined;
    this.#renewAt = 0;
  }

  async #renew(): Promise<void> {
    try {
      const token = await this.#fetch(AbortSignal.timeout(fetchTimeoutMs));
      if (typeof token?.value !== 'string') throw new Error('the token that was fetched is no { value, expiresAt }');
      const life = token.expiresAt - this.#clock.date();
      if (!(life > 0)) throw new Error(expired);
      this.#token = token;
      this.#failures = 0;
      this.#renewAt = token.expiresAt - Math.min(life * renewal.part, renewal.maxMs);
    } catch (error) {
      this.#error = error;
      this.#renewAt = this.#clock.date() + backoffMs(this.#failures, backoff);
      this.#failures += 1;
    } finally {
      this.#fetching = undefined;
    }
  }
}
