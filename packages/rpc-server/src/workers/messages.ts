import type { Grant, SharedLimit } from '../config/worker-part.ts';

/** The ports whose connections are handed over. */
export type Port = 'calls' | 'health';

/** The messages from a supervisor to a worker. The supervisor assigns the ids of connections. */
export type ToWorker =
  /** A new connection. The message carries the socket. */
  | { readonly kind: 'connection'; readonly id: number; readonly port: Port }
  /** The response to `draining`. */
  | { readonly kind: 'no-more-connections' }
  /** Asks the worker to drain and exit. */
  | { readonly kind: 'end'; readonly hasNotice: boolean }
  /** Asks the worker to drain this connection, so that its client connects again. */
  | { readonly kind: 'retire'; readonly id: number }
  /** The responses to `asks`, in the same order. */
  | { readonly kind: 'grants'; readonly grants: readonly Grant[] };

/** A request for a part of the limit of one caller. */
export type Ask = readonly [limit: SharedLimit, caller: string, amount: number];

/** The messages from a worker to its supervisor. */
export type FromWorker =
  | { readonly kind: 'ready' }
  /** The last connection that the supervisor sent has arrived. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'closed'; readonly ids: readonly number[] }
  /** Sent once a second. */
  | ({ readonly kind: 'load' } & Load)
  /** The worker wants no more connections. */
  | { readonly kind: 'draining' }
  | { readonly kind: 'asks'; readonly asks: readonly Ask[] };

/** The load of a worker since its previous `load` message. */
export interface Load {
  /** The part of the time that the event loop was busy, from 0 to 1. */
  readonly busy: number;
  /** The calls of each connection that had any. */
  readonly calls: readonly (readonly [id: number, calls: number])[];
}

/** The environment variable in which a supervisor passes its number to a worker. */
export const workerVariable = 'WORKER_NUMBER';

/** How often a worker sends its load, in milliseconds. */
export const loadMs = 1_000;
