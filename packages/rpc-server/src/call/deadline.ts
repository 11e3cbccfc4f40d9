import { Code, ConnectError } from '@connectrpc/connect';
import type { ServerConfig } from '../config/server-config.ts';
import type { Method } from './method.ts';

/** Grace period for delivering the final status after the deadline of a call, in milliseconds. */
export const deliveryGraceMs = 1_000;

/**
 * How long a call may take, in milliseconds: the timeout that its client sends, but at most the longest deadline. A
 * call without a timeout gets the default deadline. Calls of long-lived methods may have any timeout, and Infinity
 * without one.
 */
export function allowedMs(
  timeoutMs: number | undefined,
  { isLongLived }: Pick<Method, 'isLongLived'>,
  { defaultDeadlineMs, maxDeadlineMs }: Pick<ServerConfig, 'defaultDeadlineMs' | 'maxDeadlineMs'>,
): number {
  const hasTimeout = timeoutMs !== undefined && !Number.isNaN(timeoutMs);
  if (isLongLived) return hasTimeout ? timeoutMs : Number.POSITIVE_INFINITY;
  return hasTimeout ? Math.min(timeoutMs, maxDeadlineMs) : defaultDeadlineMs;
}

/** Milliseconds of the units of grpc-timeout. */
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The value of grpc-timeout (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests), in milliseconds;
 * NaN when it is invalid.
 */
export function parseGrpcTimeout(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  return Number(digits) * (unitMs[unit] ?? Number.NaN);
}

/**
 * The value of connect-timeout-ms (https://connectrpc.com/docs/protocol#unary-request), in milliseconds; NaN when it is
 * invalid.
 */
export function parseConnectTimeout(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

export function deadlineExceeded(): ConnectError {
  return new ConnectError('the operation timed out', Code.DeadlineExceeded);
}

/** @param limitMs REQUEST_BODY_MS, in milliseconds */
export function requestTimedOut(limitMs: number): ConnectError {
  return new ConnectError(`the request did not arrive within ${limitMs} ms`, Code.DeadlineExceeded);
}

/** @param limitMs MESSAGE_GAP_MS, in milliseconds */
export function messageTimedOut(limitMs: number): ConnectError {
  return new ConnectError(`no message arrived for ${limitMs} ms`, Code.DeadlineExceeded);
}
