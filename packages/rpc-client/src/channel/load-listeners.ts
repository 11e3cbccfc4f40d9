import type { Clock, LoadReport } from '@example/rpc-core';
import { watchLoad } from './load-watch.ts';
import type { Member } from './member.ts';
import type { Origin } from './server-watch.ts';

interface LoadListener {
  readonly periodMs: number;
  readonly onReport: (report: LoadReport) => void;
  /** The connection whose reports the policy receives. */
  member: Member | undefined;
  stop?: () => void;
}

/**
 * The policies that use the load of a server. Each watches the load on one connection only: all connections lead to the
 * same server, or to servers that share its address and cannot be told apart.
 */
export class LoadListeners {
  readonly #origin: Origin;
  readonly #clock: Clock;
  readonly #listeners = new Set<LoadListener>();

  constructor(origin: Origin, clock: Clock) {
    this.#origin = origin;
    this.#clock = clock;
  }

  /** @param members the current connections @returns a function that ends the reports */
  add(periodMs: number, onReport: (report: LoadReport) => void, members: readonly Member[]): () => void {
    const listener: LoadListener = { periodMs, onReport, member: undefined };
    this.#listeners.add(listener);
    this.listenTo(members);
    return () => {
      this.#listeners.delete(listener);
      listener.stop?.();
    };
  }

  /** Called when the connections have changed. */
  listenTo(members: readonly Member[]): void {
    const [member] = members;
    for (const listener of this.#listeners) {
      if (listener.member !== undefined && members.includes(listener.member)) continue;
      listener.member = member;
      if (member?.connection.canPing !== true) continue;
      const watch = watchLoad(member.connection, this.#origin, listener, this.#clock);
      member.watches.add(watch);
      listener.stop = () => watch.stop();
    }
  }
}
