import type { Duplex } from 'node:stream';
import type { Leaving } from '../cases/fuzz-case.ts';

/** A connection to the server under test, from the client's point of view. */
export interface Link {
  /** The server's side. */
  readonly socket: Duplex;
  /** Receives the bytes that the server sends. */
  onOutput: (bytes: Buffer) => void;
  /** Whether the server has ended its side. */
  readonly hasEnded: boolean;
  send(chunk: Buffer): void;
  /**
   * Waits until a condition is true, or until the server has become quiet.
   *
   * @param isDue whether the condition must become true, in which case the wait is longer
   * @returns whether it is true
   */
  until(isTrue: () => boolean, isDue: boolean): Promise<boolean>;
  leave(how: Leaving): void;
}
