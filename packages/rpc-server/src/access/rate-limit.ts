import { Code, ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ServerConfig } from '../process/config.ts';

/** After how long a burst is forgotten, in seconds. */
const burstSeconds = 60;

/** Calls of each caller: so many a second, and now and then a burst on top. */
export class RateLimit {
  readonly #limiter: BurstyRateLimiter;

  constructor({ callsPerSecond, callBurst }: Pick<ServerConfig, 'callsPerSecond' | 'callBurst'>) {
    this.#limiter = new BurstyRateLimiter(
      new RateLimiterMemory({ points: callsPerSecond, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: callBurst - callsPerSecond, duration: burstSeconds }),
    );
  }

  /** Counts a call. @throws {ConnectError} RESOURCE_EXHAUSTED with RetryInfo when it is one too many */
  async count(caller: string): Promise<void> {
    try {
      await this.#limiter.consume(caller);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryDelay = { seconds: 0n, nanos: Math.min(999, Math.ceil(error.msBeforeNext)) * 1_000_000 };
      throw new ConnectError('too many calls, try again later', Code.ResourceExhausted, undefined, [
        { desc: RetryInfoSchema, value: { retryDelay } },
      ]);
    }
  }
}
