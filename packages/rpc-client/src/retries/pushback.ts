import type { ConnectError } from '@connectrpc/connect';
import { longestTimerMs } from '@example/rpc-core';

/** The pushback of a server: the milliseconds until the next attempt, or `never` for no further attempt. */
export type Pushback = number | 'never';

/** Reads the trailer `grpc-retry-pushback-ms`: gRFC A6. */
export function readPushback({ metadata }: ConnectError): Pushback | undefined {
  const text = metadata.get('grpc-retry-pushback-ms');
  if (text === null) return undefined;
  // A value that is not a number of milliseconds forbids retries.
  return /^\d+$/.test(text) && Number(text) <= longestTimerMs ? Number(text) : 'never';
}
