import type { Code, ConnectError } from '@connectrpc/connect';
import type { StageTimes } from '../time-spent/stage-clock.ts';
import type { CallConnection } from './call-connection.ts';

/** Where calls get connections from: a channel. */
export interface ConnectionSource {
  /**
   * A connection for one attempt of a call; undefined if there is none now: `wait` has to follow.
   *
   * @param isStream of a call that is not unary. Default: false
   */
  pick(isStream?: boolean): Picked | undefined;
  /** Gives the attempt a connection as soon as there is one. May call its methods at once. */
  wait(waiter: Waiter): void;
  /** How long attempts have had to wait for what, from the start of the channel. */
  readonly stageTimes: StageTimes;
  /** The target, for errors. */
  readonly target: string;
  /** Attempts that wait fail with UNAVAILABLE. Calls on connections go on. */
  close(): void;
}

/** A connection for one attempt. The attempt opens a stream at once, and reports its end exactly once. */
export interface Picked {
  readonly connection: CallConnection;
  /** @param code undefined for success */
  readonly onEnd: (code: Code | undefined) => void;
}

/** An attempt that waits for a connection. */
export interface Waiter {
  /** True if it needs no connection any more. */
  readonly isDone: boolean;
  readonly waitForReady: boolean;
  /** Whether the call is not unary. */
  readonly isStream: boolean;
  onPicked(picked: Picked): void;
  /** @param error UNAVAILABLE: there is no server */
  onUnavailable(error: ConnectError): void;
}
