import { Code } from '@connectrpc/connect';
import { flushAll } from '@example/http2';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/server-config.ts';
import { once } from '../once.ts';
import { retryLater } from '../retry-later.ts';

/** The error of a call that the guard does not admit. */
export const overloaded = once(() => retryLater('the server is overloaded, try again later', Code.Unavailable));

/** The shortest turn of the event loop that is planned while the server is overloaded, in milliseconds. */
const shortTurnMs = 5;
/** The fraction of the time between two bursts of calls that a turn may take. */
const busyPart = 0.9;
/** A turn plans to admit at least `leastPlanned` calls, and admits at most `overrun` times its plan. */
const leastPlanned = 1.5;
const overrun = 1.5;
/** The time over which the rates of calls are measured, in milliseconds. */
const measuringMs = 50;
/** The factor by which the rate of the loop is raised when turns were shorter than planned. */
const growth = 1.1;
/** Within a turn, the clock is read once for this number of calls. */
const callsPerReading = 64;

/** The part of the event loop that the guard uses. */
export interface EventLoop {
  /** The time in milliseconds. */
  now(): number;
  /** Calls back once, when everything that was ready has been read. */
  atEndOfTurn(callback: () => void): void;
  /** Sends the responses of this turn now. */
  flush(): void;
  /** A random number from 0 to 1. */
  random(): number;
}

const realLoop: EventLoop = {
  now: () => performance.now(),
  atEndOfTurn: setImmediate,
  flush: flushAll,
  random: Math.random,
};

/** The value of `#measured` before any turn has been measured. */
const nothing = { calls: 0, refused: 0, served: 0, ms: 0, plannedMs: 0 };

/**
 * Refuses calls while the event loop is behind, so that the admitted calls are served in time.
 *
 * The calls that a turn of the loop reads have waited for the previous turn, so the length of turns is the delay of
 * calls. The loop is overloaded when every turn has been longer than `overloadDelayMs` for `overloadMs`; a burst, or a
 * pause of the process, ends earlier (the idea of CoDel, RFC 8289). The guard then keeps turns short: each turn admits
 * as many calls as fit, chosen at random, so that no client has an advantage. Admitted calls are served when everything
 * has been read, so that refusals do not wait for them.
 */
export class OverloadGuard {
  readonly #delayMs: number;
  readonly #overloadMs: number;
  readonly #logger: Logger;
  readonly #loop: EventLoop;
  readonly #waitedMs: (now: number) => number;
  #isWatching = false;
  #turnStart = 0;
  /** The end of the last turn with calls. */
  #busyEnd = 0;
  /** Calls in this turn. */
  #calls = 0;
  #refused = 0;
  /** The number of calls that the previous turn has read, and that this turn serves. */
  #served = 0;
  /** The time since which all turns have been too long: the end of the first of them. */
  #behindSince: number | undefined;
  #isRefusing = false;
  /** Resolves at the end of this turn. */
  #reading: PromiseWithResolvers<void> | undefined;
  /** The planned length of this turn, in milliseconds. */
  #plannedMs = shortTurnMs;
  /** The planned number of admitted calls. */
  #planned = 0;
  /** The chance of a call to be admitted, which may exceed 1. */
  #chance = 1;
  /** The number of calls that the loop serves in a millisecond. */
  #rate = 0;
  /** The number of new calls per millisecond. */
  #offered = 0;
  /** The sums over the turns since `#measuredSince`. */
  #measured = { ...nothing };
  #measuredSince = 0;
  #refusedInAll = 0;
  #refusedAt = 0;

  /** @param waitedMs how long the oldest work that is spread over turns has waited, in milliseconds */
  constructor(
    { overloadDelayMs, overloadMs }: Pick<ServerConfig, 'overloadDelayMs' | 'overloadMs'>,
    logger: Logger,
    waitedMs: (now: number) => number,
    loop = realLoop,
  ) {
    this.#delayMs = overloadDelayMs;
    this.#overloadMs = overloadMs;
    this.#logger = logger;
    this.#waitedMs = waitedMs;
    this.#loop = loop;
  }

  /**
   * Counts a call that has just been read. @returns whether to serve it; if not, respond with the error `overloaded`
   */
  admits(): boolean {
    if (!this.#isWatching) this.#watch();
    // A turn may be much longer than the previous one, because it reads all calls that arrived during a long turn.
    if (this.#behindSince !== undefined && this.#calls % callsPerReading === 0) this.#checkBehind(this.#loop.now());
    this.#calls += 1;
    if (!this.#isRefusing) return true;
    if (this.#calls === 1) this.#plan();
    if (this.#calls - this.#refused <= overrun * this.#planned && this.#loop.random() < this.#chance) return true;
    this.#refused += 1;
    return false;
  }

  /** Whether a call that has just been admitted has to wait for `endOfTurn`. */
  get isRefusing(): boolean {
    return this.#isRefusing;
  }

  /** Waits until everything that was ready has been read, and the refusals have been sent. */
  endOfTurn(): Promise<void> {
    this.#reading ??= Promise.withResolvers();
    return this.#reading.promise;
  }

  #plan(): void {
    const gatheredMs = Math.max(this.#plannedMs, this.#loop.now() - this.#busyEnd);
    this.#planned = Math.max(leastPlanned, this.#rate * this.#plannedMs);
    this.#chance = this.#planned / (this.#offered * gatheredMs);
  }

  #watch(): void {
    const now = this.#loop.now();
    // The turn is planned by the time since the last turn with calls: clients call in bursts, and the loop waits
    // between two bursts.
    this.#plannedMs = Math.max(shortTurnMs, Math.min(busyPart * (now - this.#busyEnd), this.#delayMs / 2));
    this.#isWatching = true;
    this.#turnStart = now;
    this.#loop.atEndOfTurn(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    const now = this.#loop.now();
    const ms = Math.max(now - this.#turnStart, this.#waitedMs(now));
    if (this.#isRefusing) this.#measure(now, ms);
    else if (ms <= this.#delayMs) this.#behindSince = undefined;
    else {
      this.#behindSince ??= now;
      this.#checkBehind(now);
    }
    // An overloaded loop does not sleep, so watching continues with the next turn from its start.
    this.#isWatching = this.#calls > 0 && (this.#isRefusing || this.#behindSince !== undefined);
    if (this.#calls > 0) this.#busyEnd = now;
    this.#turnStart = now;
    this.#plannedMs = shortTurnMs;
    this.#served = this.#calls - this.#refused;
    this.#calls = 0;
    this.#refused = 0;
    if (this.#isWatching) this.#loop.atEndOfTurn(this.#onTurn);
    if (this.#reading === undefined) return;
    this.#loop.flush();
    this.#reading.resolve();
    this.#reading = undefined;
  };

  #checkBehind(now: number): void {
    if (this.#behindSince === undefined || now - this.#behindSince < this.#overloadMs) return;
    this.#behindSince = undefined;
    this.#isRefusing = true;
    // The calls read so far are served at once. The measurements for later turns therefore exclude them.
    this.#calls = 0;
    this.#rate = 0;
    this.#measured = { ...nothing };
    this.#measuredSince = now;
    this.#refusedInAll = 0;
    this.#refusedAt = now;
    this.#logger.warn('the event loop is behind: new calls are refused');
  }

  #measure(now: number, ms: number): void {
    if (this.#refused > 0) {
      this.#refusedInAll += this.#refused;
      this.#refusedAt = now;
    } else if (now - this.#refusedAt >= this.#overloadMs) {
      this.#isRefusing = false;
      this.#logger.warn({ refused: this.#refusedInAll }, 'the event loop has caught up: all calls are served');
      return;
    }
    const sum = this.#measured;
    sum.calls += this.#calls;
    sum.refused += this.#refused;
    sum.served += this.#served;
    sum.ms += ms;
    sum.plannedMs += this.#plannedMs;
    const elapsed = now - this.#measuredSince;
    if (elapsed < measuringMs) return;
    this.#offered = sum.calls / elapsed;
    const rate = sum.served / sum.ms;
    if (sum.ms > sum.plannedMs) this.#rate = Math.max(rate, this.#rate / 2);
    else if (sum.refused > 0) this.#rate = growth * Math.max(this.#rate, rate);
    this.#measured = { ...nothing };
    this.#measuredSince = now;
  }
}
