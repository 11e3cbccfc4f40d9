import type { ServerConfig } from '../process/config.ts';

/** Milliseconds of the units of grpc-timeout. */
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * Gives a call the longest deadline when its client asks for a later one, and the default deadline when it asks for none. What
 * is no deadline at all is left for the protocol to refuse.
 *
 * A gRPC client says it in grpc-timeout (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), a Connect client in
 * connect-timeout-ms (https://connectrpc.com/docs/protocol).
 *
 * @param header of the request, which is changed
 * @returns how long the call may take, in milliseconds; undefined when it may go on, or says what is no deadline
 * @param hasDefault false for a call that may go on for as long as both sides want
 */
export function limitDeadline(
  header: Headers,
  hasDefault: boolean,
  { defaultDeadlineMs, maxDeadlineMs }: Pick<ServerConfig, 'defaultDeadlineMs' | 'maxDeadlineMs'>,
): number | undefined {
  const isGrpc = header.get('content-type')?.startsWith('application/grpc') ?? false;
  const name = isGrpc ? 'grpc-timeout' : 'connect-timeout-ms';
  const format = (ms: number) => (isGrpc ? `${ms}m` : `${ms}`);
  const given = header.get(name);
  if (given === null) {
    if (!hasDefault) return undefined;
    header.set(name, format(defaultDeadlineMs));
    return defaultDeadlineMs;
  }
  const ms = isGrpc ? parseGrpcTimeout(given) : parseConnectTimeout(given);
  if (ms > maxDeadlineMs) header.set(name, format(maxDeadlineMs));
  return Number.isNaN(ms) ? undefined : Math.min(ms, maxDeadlineMs);
}

/** In milliseconds; NaN for what is no timeout. */
export function parseGrpcTimeout(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  return Number(digits) * (unitMs[unit] ?? Number.NaN);
}

/** In milliseconds; NaN for what is no timeout. */
export function parseConnectTimeout(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}
