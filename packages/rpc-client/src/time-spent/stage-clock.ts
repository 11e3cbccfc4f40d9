import type { Clock } from '@example/rpc-core';

/**
 * The reason why attempts wait for a connection. `resolving`: the channel has no addresses. `connecting`: it has no
 * connection. `picking`: none of the servers that were tried can be used. `stream`: all connections are full.
 */
export type WaitStage = 'resolving' | 'connecting' | 'picking' | 'stream';

/** The milliseconds in each stage. */
export type StageTimes = Readonly<Record<WaitStage, number>>;

/**
 * Measures how long a channel has been in each stage since its start. A waiting call subtracts two readings, so that
 * the clock costs nothing while calls do not wait.
 */
export class StageClock {
  readonly #times: Record<WaitStage, number> = { resolving: 0, connecting: 0, picking: 0, stream: 0 };
  #stage: WaitStage = 'resolving';
  #since: number;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  enter(stage: WaitStage): void {
    if (stage === this.#stage) return;
    this.#count();
    this.#stage = stage;
  }

  times(): StageTimes {
    this.#count();
    return { ...this.#times };
  }

  #count(): void {
    const now = this.#clock.now();
    this.#times[this.#stage] += now - this.#since;
    this.#since = now;
  }
}
