import { setImmediate } from 'node:timers/promises';
import type { Clock, ClockTimer } from '@example/rpc-core';

/** A clock whose time changes only when a test changes it. */
export interface FakeClock extends Clock {
  /**
   * Advances the time. Timers that become due fire at their times and in order, and the program can run in between: an
   * in-process server responds, and new timers fire, too. Another process or a real socket may be slower, so wait for
   * its response before you advance.
   */
  advance(ms: number): Promise<void>;
}

/**
 * How many turns of the event loop `advance` waits before its first and after its last timer, and between two timers.
 * Calls and responses are delivered in these turns.
 */
const turns = { beforeAndAfter: 20, between: 5 };

class Timer implements ClockTimer {
  readonly action: () => void;
  readonly intervalMs: number | undefined;
  dueAt: number;

  constructor(action: () => void, dueAt: number, intervalMs?: number) {
    this.action = action;
    this.dueAt = dueAt;
    this.intervalMs = intervalMs;
  }

  ref(): void {}
  unref(): void {}
}

class SteppedClock implements FakeClock {
  readonly #timers = new Set<Timer>();
  readonly #epoch = Date.now();
  #now = 0;

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#epoch + this.#now;
  }

  setTimeout(action: () => void, ms: number): ClockTimer {
    return this.#add(new Timer(action, this.#now + Math.max(0, ms)));
  }

  setInterval(action: () => void, ms: number): ClockTimer {
    return this.#add(new Timer(action, this.#now + ms, ms));
  }

  #add(timer: Timer): Timer {
    this.#timers.add(timer);
    return timer;
  }

  clear(timer: ClockTimer | undefined): void {
    this.#timers.delete(timer as Timer);
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn(turns.beforeAndAfter);
    for (let due = this.#nextUntil(end); due !== undefined; due = this.#nextUntil(end)) {
      this.#now = due.dueAt;
      if (due.intervalMs === undefined) this.#timers.delete(due);
      else due.dueAt += due.intervalMs;
      due.action();
      if (this.#nextUntil(this.#now) === undefined) await turn(turns.between);
    }
    this.#now = end;
    await turn(turns.beforeAndAfter);
  }

  /** The timer that is due first. */
  #nextUntil(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= end && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    }
    return first;
  }
}

async function turn(count: number): Promise<void> {
  for (let made = 0; made < count; made++) await setImmediate();
}

/** Creates a clock for the option `clock` of transports, and of `createInProcess`. */
export function createFakeClock(): FakeClock {
  return new SteppedClock();
}
