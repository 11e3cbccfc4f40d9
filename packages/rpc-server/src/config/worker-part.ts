import type { Socket } from 'node:net';

/** A connection that the supervisor has handed to a worker. */
export interface HandedConnection {
  /** The number of calls on the connection so far. */
  readonly calls: number;
  /** Drains the connection, so that its client connects again. */
  retire(): void;
}

/** The connections to one port, which a worker receives from its supervisor. */
export interface ConnectionSource {
  /** @param open takes a new connection. @returns undefined if it refuses the connection */
  start(open: (socket: Socket) => HandedConnection | undefined): void;
  /** Requests no more connections. Resolves when none will follow. */
  stop(): Promise<void>;
}

/** The limits for each caller that all workers share. */
export type SharedLimit = 'calls' | 'messages';

/** The part of a limit that a worker may use for a caller. */
export interface Grant {
  readonly amount: number;
  /**
   * How long the worker may use the amount, in milliseconds. If the amount is smaller than requested, the supervisor
   * grants no more in this time.
   */
  readonly forMs: number;
}

/** A worker's connection to its supervisor, as other parts of the server use it. */
export interface WorkerPart {
  /** The number of the worker, from 1. */
  readonly number: number;
  readonly connections: ConnectionSource;
  /** The connections to HEALTH_PORT. */
  readonly healthConnections: ConnectionSource;
  /** Asks the supervisor for a part of the limit of a caller. @param onGrant called once, later */
  ask(limit: SharedLimit, caller: string, amount: number, onGrant: (grant: Grant) => void): void;
}
