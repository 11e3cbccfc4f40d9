import type { Duplex } from 'node:stream';

/** How a peer leaves: with the end of what it says, or without. */
export type Leaving = 'ends' | 'vanishes';

/** A connection to the engine, seen from the client. */
export interface Link {
  /** The server's end. */
  readonly socket: Duplex;
  /** Given what the server says. */
  onOutput: (bytes: Buffer) => void;
  /** Whether the server has said its last. */
  readonly hasEnded: boolean;
  send(chunk: Buffer): void;
  /**
   * @param isDue whether it is a fault if it never does
   * @returns whether it came true: soon, or before nothing happens any more
   */
  until(isTrue: () => boolean, isDue: boolean): Promise<boolean>;
  leave(how: Leaving): void;
}
