/** A timer of a clock. */
export interface ClockTimer {
  /** Keeps the process while the timer runs: the default. */
  ref(): unknown;
  unref(): unknown;
}

/** Where the time comes from. Deadlines, backoff and keepalive use one, so that tests can move their time. */
export interface Clock {
  /** Milliseconds from some point in the past. Never goes back. */
  now(): number;
  /** Milliseconds since the epoch. */
  date(): number;
  /** Calls the action once, in so many milliseconds. */
  setTimeout(action: () => void, ms: number): ClockTimer;
  /** Calls the action every so many milliseconds. */
  setInterval(action: () => void, ms: number): ClockTimer;
  /** Ends a timer of either kind. */
  clear(timer: ClockTimer | undefined): void;
}

/** The clock and the timers of this machine. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout: (action: () => void, ms: number) => setTimeout(action, ms),
  setInterval: (action: () => void, ms: number) => setInterval(action, ms),
  clear: (timer: ClockTimer | undefined) => clearInterval(timer as NodeJS.Timeout | undefined),
});
