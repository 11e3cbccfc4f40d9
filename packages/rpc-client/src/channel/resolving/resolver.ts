import type { experimental } from '@grpc/grpc-js';
import type { Address } from '../../connection/call-connection.ts';

/** A server, with all of its addresses. */
export interface Endpoint {
  readonly addresses: readonly Address[];
}

/** The balancing that a resolver itself determines. It replaces that of the service config. */
export interface Routing {
  readonly policy: experimental.TypedLoadBalancingConfig;
  /** Attributes that are passed to the policy. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * The information about the route of a method, for the policy; undefined if there is no route.
   *
   * @param path `/SERVICE/METHOD`
   */
  route(path: string): experimental.PickArgs | undefined;
}

/** Receives the results of a resolver, any number of times. */
export interface ResolverListener {
  /** Reports all current endpoints of the target. */
  onEndpoints(endpoints: readonly Endpoint[], routing?: Routing): void;
  /** The target cannot be resolved now. Endpoints that were found before stay in use. @param message names the cause */
  onError(message: string): void;
}

/** Finds the servers of a target, and reports each change. */
export interface Resolver {
  /** The name that TLS checks and `:authority` carries, unless the channel has another one. */
  readonly authority: string;
  /** Starts to resolve. Not called again before `stop`. */
  start(listener: ResolverListener): void;
  /** A connection was lost: the endpoints may have changed. Called often, so a resolver limits its own rate. */
  refresh(): void;
  /** Releases timers and sockets. No call of the listener follows. */
  stop(): void;
}
