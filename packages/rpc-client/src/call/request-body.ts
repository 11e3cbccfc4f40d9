import type { HeaderList } from '@example/http2';
import type { Attempt } from './attempt.ts';

/**
 * The total size of the messages that are kept for further attempts, in bytes. gRFC A6 has the same limit for a call.
 */
export const maxKeptBytes = 1024 * 1024;

/** The messages of a request, which successive attempts can send. */
export interface RequestBody {
  /** The headers of the request, if they differ from those of the method. */
  readonly headers: HeaderList | undefined;
  /** Whether the request has no body, as in a GET. */
  readonly isEmpty: boolean;
  /** The value of content-encoding, in protocols without envelopes. */
  readonly encoding: string | undefined;
  /** Whether the program has not provided the next message. */
  readonly isWaiting: boolean;
  /** Sends to this attempt from now on, starting with the first message. */
  attach(attempt: Attempt): void;
  /** The attempt has failed. @returns false if it cannot be repeated */
  detach(): boolean;
  onDrain(attempt: Attempt): void;
  /** The call has ended. */
  stop(): void;
}
