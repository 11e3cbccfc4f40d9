import type { Clock } from '@example/rpc-core';
import type { CallConnection } from '../connection/call-connection.ts';
import { HealthWatch } from './health-watch.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import type { Origin, ServerWatch } from './server-watch.ts';

export interface MemberOptions {
  readonly origin: Origin;
  readonly keepalive: KeepaliveOptions;
  /** The service whose health is watched. If it is undefined, the connection counts as healthy. */
  readonly healthService: string | undefined;
  readonly clock: Clock;
}

/** A connection of a subchannel, with its health, load and keepalive. */
export class Member {
  readonly connection: CallConnection;
  readonly #keepalive: Keepalive;
  readonly #health: HealthWatch | undefined;
  /** The watches of the load of the server. */
  readonly watches = new Set<ServerWatch>();
  /** When the connection was opened, by the clock of the channel. */
  readonly openedAt: number;
  #usedAt: number;

  /** @param onHealth called with the first health status, and whenever the status changes */
  constructor(connection: CallConnection, options: MemberOptions, onHealth: () => void) {
    const { origin, keepalive, healthService, clock } = options;
    this.connection = connection;
    this.openedAt = clock.now();
    this.#usedAt = this.openedAt;
    this.#keepalive = new Keepalive(connection, keepalive);
    // HTTP/1.1 has no long-lived streams.
    if (healthService !== undefined && connection.canPing) {
      this.#health = new HealthWatch(connection, origin, healthService, onHealth, clock);
    }
  }

  get watchesHealth(): boolean {
    return this.#health !== undefined;
  }

  get isHealthy(): boolean {
    return this.#health?.isServing !== false;
  }

  /** The number of calls under way. */
  get calls(): number {
    let streams = this.connection.openStreams - (this.#health?.streams ?? 0);
    for (const watch of this.watches) streams -= watch.streams;
    return streams;
  }

  /** @param now by the clock of the channel @returns how long the connection has had no calls, in milliseconds */
  onTick(now: number): number {
    this.#keepalive.onTick(now);
    if (this.calls > 0) this.#usedAt = now;
    return now - this.#usedAt;
  }

  /** Ends the watches, so that the connection can end when its calls have ended. */
  stopWatching(): void {
    this.#health?.stop();
    for (const watch of this.watches) watch.stop();
    this.watches.clear();
  }

  drain(): void {
    this.stopWatching();
    this.connection.drain();
  }
}
