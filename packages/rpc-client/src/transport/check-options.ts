import { compressions, longestTimerMs } from '@example/rpc-core';
import * as z from 'zod';
import type { TransportOptions } from './transport-options.ts';

const compression = z.enum(compressions.map(({ name }) => name));
const positive = z.custom<number>((value) => typeof value === 'number' && value > 0, 'must be more than 0').optional();
const timer = z.number().positive().max(longestTimerMs).optional();

/** The options whose invalid values the compiler does not find in every program. */
const schema = z.looseObject({
  protocol: z.enum(['grpc', 'grpc-web', 'connect']).optional(),
  codec: z.enum(['proto', 'json']).optional(),
  httpVersion: z.enum(['auto', '2', '1.1']).optional(),
  sendCompression: compression.optional(),
  acceptCompression: z.array(compression).optional(),
  minConnections: z.int().positive().optional(),
  maxConnections: positive,
  maxRequestBytes: positive,
  maxResponseBytes: positive,
  maxResponseElements: positive,
  maxHeaderBytes: positive,
  connectTimeoutMs: timer,
  idleMs: positive,
  keepalive: z.looseObject({ silenceMs: positive, timeoutMs: positive, intervalMs: positive }).optional(),
  backoff: z.looseObject({ initialMs: timer, maxMs: timer, factor: positive }).optional(),
});

/** @throws {TypeError} with a message that names every invalid option */
export function checkOptions(options: TransportOptions): void {
  const { error } = schema.safeParse(options);
  if (error !== undefined) throw new TypeError(`invalid options of the transport:\n${z.prettifyError(error)}`);
}
