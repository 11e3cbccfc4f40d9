import type { Code, ConnectError } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import type { StageTimes } from '../time-spent/stage-clock.ts';
import type { CallConnection } from './call-connection.ts';

/** The source of connections for calls: a channel. */
export interface ConnectionSource {
  /**
   * Returns a connection for one attempt of a call. If there is none, the result is undefined, and the caller has to
   * call `wait`.
   *
   * @param path the path of the method, `/SERVICE/METHOD`
   * @param isStream whether the call is not unary. Default: false
   * @param avoid the servers to avoid: they are picked only if there is probably no other server
   */
  pick(path: string, isStream?: boolean, avoid?: ReadonlySet<object>): Picked | undefined;
  /** Gives the attempt a connection as soon as there is one. May call methods of `waiter` before it returns. */
  wait(waiter: Waiter): void;
  /** The total time in each stage in which attempts wait, from the start of the channel. */
  readonly stageTimes: StageTimes;
  /** The target, for errors. */
  readonly target: string;
  /** Waiting attempts fail with UNAVAILABLE. Calls under way continue. */
  close(): void;
}

/** A connection for one attempt. The attempt opens a stream at once, and reports its end exactly once. */
export interface Picked {
  readonly connection: CallConnection;
  /** The same object for all connections to one server. */
  readonly server: object;
  /**
   * @param code undefined for success
   * @param trailers the trailers of the response, or its headers if it has only headers
   */
  readonly onEnd: (code: Code | undefined, trailers: HeaderList | undefined) => void;
}

/** An attempt that waits for a connection. */
export interface Waiter {
  /** True once the attempt needs no connection any more. */
  readonly isDone: boolean;
  readonly waitForReady: boolean;
  /** The last failure to connect, after which the attempt continues to wait. */
  lastFailure?: string | undefined;
  /** The path of the method, as for `pick`. */
  readonly path: string;
  /** Whether the call is not unary. */
  readonly isStream: boolean;
  onPicked(picked: Picked): void;
  /** @param error UNAVAILABLE: there is no server */
  onUnavailable(error: ConnectError): void;
}
