import { type Code, ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';

/**
 * An error with RetryInfo, for a call that was refused before it had an effect.
 *
 * @param afterMs when the caller may try again, in whole milliseconds
 */
export function retryLater(message: string, code: Code, afterMs = 1_000): ConnectError {
  const retryDelay = { seconds: BigInt(Math.floor(afterMs / 1_000)), nanos: (afterMs % 1_000) * 1_000_000 };
  return new ConnectError(message, code, undefined, [{ desc: RetryInfoSchema, value: { retryDelay } }]);
}
