import { Code, ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Peer } from '../address/peer.ts';
import type { Authentication } from './authentication.ts';
import type { Caller } from './caller.ts';
import { RateLimit, tooMany } from './rate-limit.ts';

/**
 * How long a refused token is refused without another check, in milliseconds. Short, because the issuer's keys may
 * change.
 */
const refusedMs = 1_000;
/** The limit of the total length of all cached refused tokens. */
const refusedCharacters = 1_000_000;

/** Verifications per second for all addresses together that have exceeded their rate of refused tokens. */
const verifiedPerSecond = 1_000;

/** The properties of a call that are needed to verify its token. */
interface Attempt {
  readonly client: Peer;
  readonly logger: Logger;
}

/**
 * Verifies tokens, and limits the cost of refused ones. Refused tokens count for their address, apart from its calls.
 * All addresses over their rate share one rate of further verifications, so that a valid token from such an address
 * still gets through.
 */
export class TokenAttempts {
  readonly #authentication: Authentication;
  readonly #refusedByAddress: RateLimit;
  readonly #verified = new RateLimit(verifiedPerSecond);
  /** The reason of each refusal, by Authorization field. */
  readonly #refused = new LRUCache<string, string>({
    ttl: refusedMs,
    maxSize: refusedCharacters,
    // Plus 1, because a missing field is an empty text and a size must not be 0.
    sizeCalculation: (_, authorization) => authorization.length + 1,
  });

  constructor(authentication: Authentication, callsPerSecond: number, callBurst: number) {
    this.#authentication = authentication;
    this.#refusedByAddress = new RateLimit(callsPerSecond, callBurst);
  }

  /** @param now a time of `performance.now()` @returns the caller of a token that was verified before */
  known(authorization: string | undefined, now: number): Caller | undefined {
    return authorization === undefined ? undefined : this.#authentication.known(authorization, now);
  }

  /** @throws {ConnectError} UNAUTHENTICATED, RESOURCE_EXHAUSTED, UNAVAILABLE */
  async verify(authorization = '', call: Attempt): Promise<Caller> {
    const { network } = call.client;
    try {
      const reason = this.#refused.get(authorization);
      if (reason !== undefined) throw new ConnectError(reason, Code.Unauthenticated);
      if (this.#refusedByAddress.isOver(network)) this.#verified.count('');
      return await this.#authentication.verify(authorization, call);
    } catch (error) {
      const { code, rawMessage } = error as ConnectError;
      if (code !== Code.Unauthenticated) throw error;
      this.#refused.set(authorization, rawMessage);
      const waitMs = this.#refusedByAddress.take(network);
      throw waitMs > 0 ? tooMany('calls without a valid token', waitMs) : error;
    }
  }
}
