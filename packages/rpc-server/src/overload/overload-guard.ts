import { Code, ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/server-config.ts';

/** The error of a call that the guard does not admit. */
export const overloaded = new ConnectError('the server is overloaded, try again later', Code.Unavailable, undefined, [
  { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n } } },
]);

/** How long a turn of the event loop of an overloaded server is to be, in milliseconds. */
const shortTurnMs = 1.5;
/** A turn after a longer one is to be shorter by this factor. */
const shortening = 0.5;
/** A turn never admits more than so many times the number of calls that is planned. */
const overrun = 1.5;
/** The times over which the rates of new and of served calls are averaged, in milliseconds. */
const offeredMs = 20;
const servedMs = 100;
/** The least weight of a turn in the average of served calls: a loop that has become idle has short turns. */
const leastWeight = 0.02;
/** After so many calls within a turn the clock is read. */
const callsPerReading = 64;
/** A turn without calls that is shorter has done nothing, in milliseconds. */
const idleTurnMs = 0.1;

/** The resolution of the clock, in milliseconds. */
const clockStepMs = 0.001;

export interface LoopClock {
  /** In milliseconds. */
  now(): number;
  /** Calls back once, when all that was ready has been read. */
  atEndOfTurn(callback: () => void): void;
  /** From 0 to 1. */
  random(): number;
}

const realClock: LoopClock = { now: () => performance.now(), atEndOfTurn: setImmediate, random: Math.random };

interface Turn {
  /** When it ended. */
  readonly now: number;
  readonly ms: number;
  readonly calls: number;
  readonly refused: number;
}

/** Turns that were too long, one after the other. */
interface Behind {
  /** When the first one ended. */
  readonly since: number;
  calls: number;
  ms: number;
}

/** What is known while calls are refused. Rates are in calls per millisecond. */
interface Overload {
  /** The rate that the loop served while it was behind. It is the least rate: other work may keep the loop busy. */
  servedBefore: number;
  /** The rate that it serves now. */
  served: number;
  /** The rate of new calls. */
  offered: number;
  refused: number;
  refusedAt: number;
  /** The time since the start of the last turn with calls. */
  periodMs: number;
}

/**
 * Refuses calls while the event loop is behind, so that it serves the others in time.
 *
 * What a turn of the loop reads has waited for the turn before, so the length of turns is the delay of calls. The loop
 * is overloaded when every turn has been longer than `overloadDelayMs` for `overloadMs`: a burst, or a pause of the
 * process, is over before (the idea of CoDel, RFC 8289). From then on turns are kept short: each admits as many calls
 * as the loop serves in that time, chosen at random, so that no client has an advantage.
 */
export class OverloadGuard {
  readonly #delayMs: number;
  readonly #overloadMs: number;
  readonly #logger: Logger;
  readonly #clock: LoopClock;
  #isWatching = false;
  #turnStart = 0;
  /** Calls in this turn. */
  #calls = 0;
  #refused = 0;
  /** The share of its calls that this turn admits, up to a number. */
  #share = 1;
  #mostAdmitted = 0;
  #behind: Behind | undefined;
  #overload: Overload | undefined;

  constructor(
    { overloadDelayMs, overloadMs }: Pick<ServerConfig, 'overloadDelayMs' | 'overloadMs'>,
    logger: Logger,
    clock = realClock,
  ) {
    this.#delayMs = overloadDelayMs;
    this.#overloadMs = overloadMs;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Counts a call that has just been read. @returns whether to serve it; otherwise its error is `overloaded` */
  admits(): boolean {
    if (!this.#isWatching) this.#watch();
    this.#calls += 1;
    if (this.#behind !== undefined && this.#calls % callsPerReading === 0) this.#checkWithinTurn(this.#behind);
    if (this.#overload === undefined) return true;
    if (this.#calls - this.#refused <= this.#mostAdmitted && this.#clock.random() < this.#share) return true;
    this.#refused += 1;
    return false;
  }

  #watch(): void {
    const now = this.#clock.now();
    // The loop was idle until now, which counts as a turn.
    if (this.#overload !== undefined) {
      this.#whenRefusing({ now, ms: this.#msUntil(now), calls: 0, refused: 0 }, this.#overload);
    }
    this.#isWatching = true;
    this.#turnStart = now;
    this.#clock.atEndOfTurn(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    const now = this.#clock.now();
    const turn = { now, ms: this.#msUntil(now), calls: this.#calls, refused: this.#refused };
    this.#turnStart = now;
    this.#calls = 0;
    this.#refused = 0;
    if (this.#overload === undefined) this.#whenServing(turn);
    else this.#whenRefusing(turn, this.#overload);
    // What is watched from the end of a turn on is the whole next turn: the loop does not sleep in between.
    const isIdle = turn.calls === 0 && turn.ms < idleTurnMs;
    this.#isWatching = !isIdle && (this.#overload !== undefined || this.#behind !== undefined);
    if (this.#isWatching) this.#clock.atEndOfTurn(this.#onTurn);
  };

  /** The length of this turn, never 0. */
  #msUntil(now: number): number {
    return Math.max(now - this.#turnStart, clockStepMs);
  }

  #whenServing({ now, ms, calls }: Turn): void {
    if (ms <= this.#delayMs) {
      this.#behind = undefined;
      return;
    }
    this.#behind ??= { since: now, calls: 0, ms: 0 };
    this.#behind.calls += calls;
    this.#behind.ms += ms;
    if (now - this.#behind.since >= this.#overloadMs) this.#startRefusing(this.#behind, now);
  }

  /** A turn may be much longer than the one before: it reads all that came in that time. */
  #checkWithinTurn(behind: Behind): void {
    const now = this.#clock.now();
    if (now - behind.since >= this.#overloadMs) this.#startRefusing(behind, now);
  }

  /** This turn admits no more calls. */
  #startRefusing({ calls, ms }: Behind, now: number): void {
    const rate = calls / ms;
    this.#behind = undefined;
    this.#overload = { servedBefore: rate, served: rate, offered: rate, refused: 0, refusedAt: now, periodMs: 0 };
    this.#mostAdmitted = 0;
    this.#logger.warn('the event loop is behind: new calls are refused');
  }

  #whenRefusing({ now, ms, calls, refused }: Turn, overload: Overload): void {
    if (refused > 0) {
      overload.refused += refused;
      overload.refusedAt = now;
    } else if (now - overload.refusedAt >= this.#overloadMs) {
      this.#overload = undefined;
      this.#logger.warn({ refused: overload.refused }, 'the event loop has caught up: all calls are served');
      return;
    }
    this.#learn(overload, ms, calls, calls - refused);
    const longestMs = this.#delayMs / 2;
    // That long a turn in spite of the refusals means that calls take more time than before.
    if (ms > longestMs && calls > 0) overload.servedBefore *= shortening;
    overload.periodMs = calls > 0 ? ms : overload.periodMs + ms;
    // When the loop is idle after a turn, its clients call in bursts, and a turn may last until the next.
    const nextMs = calls > 0 ? shortening * ms : overload.periodMs;
    const plannedMs = Math.max(shortTurnMs, Math.min(nextMs, longestMs));
    const planned = Math.max(1, plannedMs * Math.max(overload.served, overload.servedBefore));
    this.#share = planned / (overload.offered * ms);
    this.#mostAdmitted = Math.ceil(overrun * planned);
  }

  #learn(overload: Overload, ms: number, calls: number, admitted: number): void {
    overload.offered += Math.min(1, ms / offeredMs) * (calls / ms - overload.offered);
    // A turn that admits less than half of what is planned does not show what the loop can do.
    if (2 * overrun * admitted <= this.#mostAdmitted) return;
    overload.served += Math.min(1, Math.max(leastWeight, ms / servedMs)) * (admitted / ms - overload.served);
  }
}
