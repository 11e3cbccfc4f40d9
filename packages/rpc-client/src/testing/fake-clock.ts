import { setImmediate } from 'node:timers/promises';
import type { Clock, ClockTimer } from '@example/rpc-core';

/** A time that moves only when a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves the time on. What is due on the way is done at its time, in order, and the program gets to run in between: an
   * in-process server responds, and timers that it sets are met, too. Another process, or a real socket, may be slower:
   * wait for what it does before moving on.
   */
  advance(ms: number): Promise<void>;
}

/** Turns of the event loop after each step, in which calls and their responses get through. */
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

/** Makes a clock for the option `clock` of transports, and of `createInProcess`. */
export function createFakeClock(): FakeClock {
  return new SteppedClock();
}
