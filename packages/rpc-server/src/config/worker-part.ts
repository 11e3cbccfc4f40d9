import type { Socket } from 'node:net';

/** A connection that the supervisor has handed to a worker. */
export interface HandedConnection {
  /** How many calls it has had. */
  readonly calls: number;
  /** Lets its calls end, and takes no more, so that its client connects again. */
  retire(): void;
}

/** The connections to one port that a worker gets from its supervisor. */
export interface ConnectionSource {
  /** @param open takes a new connection. @returns undefined if it refuses the connection */
  start(open: (socket: Socket) => HandedConnection | undefined): void;
  /** Resolves when no more connections will come. */
  stop(): Promise<void>;
}

/** The limits of callers that all workers share. */
export type SharedLimit = 'calls' | 'messages';

/** What a caller may take. */
export interface Grant {
  readonly amount: number;
  /** How long the amount can be used, and how long there will be no more if it is less than was asked for. */
  readonly forMs: number;
}

/** What a worker has from the process that supervises it. */
export interface WorkerPart {
  /** From 1. */
  readonly number: number;
  readonly connections: ConnectionSource;
  /** Those to HEALTH_PORT. */
  readonly healthConnections: ConnectionSource;
  /** Asks for what a caller may take of a limit. @param onGrant called once, later */
  ask(limit: SharedLimit, caller: string, amount: number, onGrant: (grant: Grant) => void): void;
}
