import type { Grant, SharedLimit } from '../config/worker-part.ts';

/** The ports whose connections are handed over. */
export type Port = 'calls' | 'health';

/** What a supervisor sends to a worker. Identifiers are of the supervisor. */
export type ToWorker =
  /** Comes with the socket. */
  | { readonly kind: 'connection'; readonly id: number; readonly port: Port }
  /** The response to `draining`. */
  | { readonly kind: 'no-more-connections' }
  /** Drain, and exit. */
  | { readonly kind: 'end'; readonly hasNotice: boolean }
  /** The client of this connection shall connect again. */
  | { readonly kind: 'retire'; readonly id: number }
  /** The response to `asks`, in their order. */
  | { readonly kind: 'grants'; readonly grants: readonly Grant[] };

/** What one caller asks for. */
export type Ask = readonly [limit: SharedLimit, caller: string, amount: number];

/** What a worker sends to its supervisor. */
export type FromWorker =
  | { readonly kind: 'ready' }
  /** The connection that was sent last has arrived. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'closed'; readonly ids: readonly number[] }
  /** Once a second. */
  | ({ readonly kind: 'load' } & Load)
  /** Wants no more connections. */
  | { readonly kind: 'draining' }
  | { readonly kind: 'asks'; readonly asks: readonly Ask[] };

/** How busy a worker was since the last message of this kind. */
export interface Load {
  /** The part of the time that the event loop was busy, from 0 to 1. */
  readonly busy: number;
  /** The calls of each connection that had any. */
  readonly calls: readonly (readonly [id: number, calls: number])[];
}

/** The variable by which a supervisor gives a worker its number. */
export const workerVariable = 'WORKER_NUMBER';

/** How often a worker sends its load, in milliseconds. */
export const loadMs = 1_000;
