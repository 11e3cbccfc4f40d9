import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { callerOf } from '../calls/caller.ts';
import { toStatus } from '../calls/error-mapping.ts';
import { type CallStatus, statusWith } from '../calls/status.ts';

/** The period in which a caller may have one burst, in seconds. */
const burstSeconds = 60;

/**
 * Limits the calls of each caller: a number of calls per second, and once a minute the same number in addition. A
 * caller is identified by the subject of the token, or by the address if there is no token. Calls over the limit fail
 * with RESOURCE_EXHAUSTED and the time to wait before a retry.
 */
export function rateLimit(callsPerSecond: number): ServerInterceptor {
  const limiter = new BurstyRateLimiter(
    new RateLimiterMemory({ points: callsPerSecond, duration: 1 }),
    new RateLimiterMemory({ keyPrefix: 'burst', points: callsPerSecond, duration: burstSeconds }),
  );
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          async onReceiveMetadata(metadata, next) {
            const { subject } = callerOf(metadata);
            const key = subject === '' ? `address ${call.getConnectionInfo().remoteAddress}` : `subject ${subject}`;
            try {
              await limiter.consume(key);
            } catch (error) {
              call.sendStatus(tooManyCalls(error));
              return;
            }
            next(metadata);
          },
        }),
    });
}

function tooManyCalls(reason: unknown): CallStatus {
  if (!(reason instanceof RateLimiterRes)) return toStatus(reason);
  const retryDelay = { seconds: 0, nanos: Math.min(999, Math.ceil(reason.msBeforeNext)) * 1_000_000 };
  const text = 'too many calls, try again later';
  return statusWith(status.RESOURCE_EXHAUSTED, text, 'google.rpc.RetryInfo', { retryDelay });
}
