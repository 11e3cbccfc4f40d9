import type { ConnectError } from '@connectrpc/connect';

/** What a server asks for: the next attempt in so many milliseconds, or none. */
export type Pushback = number | 'never';

/** Reads the trailer `grpc-retry-pushback-ms`: gRFC A6. */
export function readPushback({ metadata }: ConnectError): Pushback | undefined {
  const text = metadata.get('grpc-retry-pushback-ms');
  if (text === null) return undefined;
  // A value that is not a number of milliseconds forbids retries.
  return /^\d{1,10}$/.test(text) ? Number(text) : 'never';
}
