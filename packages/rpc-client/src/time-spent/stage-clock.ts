import type { Clock } from '@example/rpc-core';

/**
 * What attempts without a connection wait for. `resolving`: addresses. `connecting`: a connection. `picking`: a server,
 * as none of those that were tried can be used. `stream`: an end of other calls, as all connections are full.
 */
export type WaitStage = 'resolving' | 'connecting' | 'picking' | 'stream';

/** The milliseconds in each stage. */
export type StageTimes = Readonly<Record<WaitStage, number>>;

/**
 * How long a channel has been in each stage, from its start. A call that waits takes the difference between two times,
 * which costs nothing while calls do not wait.
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

  get stage(): WaitStage {
    return this.#stage;
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
