import { Code } from '@connectrpc/connect';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/server-config.ts';
import { once } from '../once.ts';
import { retryLater } from '../retry-later.ts';

/** The error of a call that the guard does not admit. */
export const overloaded = once(() => retryLater('the server is overloaded, try again later', Code.Unavailable));

/** The planned length of a turn of the event loop of an overloaded server, in milliseconds. */
const shortTurnMs = 2;
/** The shortest time over which the rate of new calls is measured, in milliseconds. */
const shortestCount = 20;
/** The planned busy part of the time between two bursts of calls. */
const busyPart = 0.9;
/** A turn plans to admit at least this many calls, and never admits more than a multiple of its plan. */
const leastPlanned = 1.5;
const overrun = 1.5;
/** The factor by which the rate of the loop is raised after a turn that was too short. */
const growth = 1.1;
/** Within a turn, the clock is read once for this number of calls. */
const callsPerReading = 64;

/** The part of the event loop that the guard uses. */
export interface LoopClock {
  /** The time in milliseconds. */
  now(): number;
  /** Calls back once, when everything that was ready has been read. */
  atEndOfTurn(callback: () => void): void;
  /** A random number from 0 to 1. */
  random(): number;
}

const realClock: LoopClock = { now: () => performance.now(), atEndOfTurn: setImmediate, random: Math.random };

/**
 * Refuses calls while the event loop is behind, so that the admitted ones are served in time.
 *
 * The calls that a turn of the loop reads have waited for the previous turn, so the length of turns is the delay of
 * calls. The loop is overloaded when every turn has been longer than `overloadDelayMs` for `overloadMs`; a burst, or a
 * pause of the process, ends before that (the idea of CoDel, RFC 8289). From then on turns are kept short: each admits
 * as many calls as fit, chosen at random, so that no client has an advantage.
 */
export class OverloadGuard {
  readonly #delayMs: number;
  readonly #overloadMs: number;
  readonly #logger: Logger;
  readonly #clock: LoopClock;
  readonly #waitedMs: (now: number) => number;
  #isWatching = false;
  #turnStart = 0;
  /** The start of the last turn with calls. */
  #busyStart = 0;
  /** Calls in this turn. */
  #calls = 0;
  #refused = 0;
  /** The end of the first turn in the present series of turns that were too long. */
  #behindSince: number | undefined;
  #isRefusing = false;
  /** The number of calls that the loop serves in a millisecond. */
  #rate = 0;
  /** The planned length of this turn, in milliseconds. */
  #plannedMs = shortTurnMs;
  /** The time in which the calls of this turn have arrived, in milliseconds. */
  #gatheredMs = 0;
  /** The number of new calls per millisecond. */
  #offered = 0;
  #offeredCalls = 0;
  #offeredSince = 0;
  #refusedInAll = 0;
  #refusedAt = 0;

  /** @param waitedMs how long the oldest work that is spread over turns has waited, in milliseconds */
  constructor(
    { overloadDelayMs, overloadMs }: Pick<ServerConfig, 'overloadDelayMs' | 'overloadMs'>,
    logger: Logger,
    waitedMs: (now: number) => number,
    clock = realClock,
  ) {
    this.#delayMs = overloadDelayMs;
    this.#overloadMs = overloadMs;
    this.#logger = logger;
    this.#waitedMs = waitedMs;
    this.#clock = clock;
  }

  /**
   * Counts a call that has just been read. @returns whether to serve it; if not, respond with the error `overloaded`
   */
  admits(): boolean {
    if (!this.#isWatching) this.#watch();
    this.#calls += 1;
    // A turn may be much longer than the previous one, because it reads all calls that arrived during a long turn.
    if (this.#behindSince !== undefined && this.#calls % callsPerReading === 0) this.#checkBehind(this.#clock.now());
    if (!this.#isRefusing) return true;
    const planned = Math.max(leastPlanned, this.#rate * this.#plannedMs);
    const expected = this.#offered * this.#gatheredMs;
    if (this.#calls - this.#refused <= overrun * planned && this.#clock.random() * expected < planned) return true;
    this.#refused += 1;
    return false;
  }

  #watch(): void {
    const now = this.#clock.now();
    // Measured from the last turn with calls, because clients call in bursts, and the loop waits between two bursts.
    this.#gatheredMs = now - this.#busyStart;
    this.#plannedMs = Math.max(shortTurnMs, Math.min(busyPart * this.#gatheredMs, this.#delayMs / 2));
    this.#isWatching = true;
    this.#turnStart = now;
    this.#clock.atEndOfTurn(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    const now = this.#clock.now();
    const ms = Math.max(now - this.#turnStart, this.#waitedMs(now));
    if (this.#isRefusing) this.#adapt(now, ms);
    else if (ms <= this.#delayMs) this.#behindSince = undefined;
    else {
      this.#behindSince ??= now;
      this.#checkBehind(now);
    }
    // Watches the whole next turn, because the loop does not sleep in between.
    this.#isWatching = this.#calls > 0 && (this.#isRefusing || this.#behindSince !== undefined);
    if (this.#calls > 0) this.#busyStart = this.#turnStart;
    this.#turnStart = now;
    this.#plannedMs = shortTurnMs;
    this.#gatheredMs = ms;
    this.#calls = 0;
    this.#refused = 0;
    if (this.#isWatching) this.#clock.atEndOfTurn(this.#onTurn);
  };

  #checkBehind(now: number): void {
    if (this.#behindSince === undefined || now - this.#behindSince < this.#overloadMs) return;
    this.#behindSince = undefined;
    this.#isRefusing = true;
    this.#rate = 0;
    this.#refusedInAll = 0;
    this.#refusedAt = now;
    this.#logger.warn('the event loop is behind: new calls are refused');
  }

  #adapt(now: number, ms: number): void {
    const admitted = this.#calls - this.#refused;
    if (this.#refused > 0) {
      this.#refusedInAll += this.#refused;
      this.#refusedAt = now;
    } else if (now - this.#refusedAt >= this.#overloadMs) {
      this.#isRefusing = false;
      this.#logger.warn({ refused: this.#refusedInAll }, 'the event loop has caught up: all calls are served');
      return;
    }
    this.#offeredCalls += this.#calls;
    const offeredMs = now - this.#offeredSince;
    if (offeredMs >= shortestCount) {
      this.#offered = this.#offeredCalls / offeredMs;
      this.#offeredCalls = 0;
      this.#offeredSince = now;
    }
    if (admitted === 0) return;
    if (ms > this.#plannedMs) this.#rate = admitted / ms;
    else if (this.#refused > 0) this.#rate = growth * Math.max(this.#rate, admitted / this.#plannedMs);
  }
}
