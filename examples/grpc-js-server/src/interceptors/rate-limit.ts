import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { callerOf } from '../calls/caller.ts';
import { toStatus } from '../calls/error-mapping.ts';
import { type CallStatus, statusWith } from '../calls/status.ts';

/** After how long a burst is forgotten, in seconds. */
const burstSeconds = 60;

/**
 * Takes so many calls a second of each caller, and now and then as many again: by the subject of their token, or by their address
 * when there is none. One too many is RESOURCE_EXHAUSTED and says when to try again.
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
