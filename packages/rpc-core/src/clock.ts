/** A timer of a clock. */
export interface ClockTimer {
  /** Lets the timer keep the process alive, which is the default. */
  ref(): unknown;
  unref(): unknown;
}

/** The longest time of a timer, in milliseconds. Node runs the action of a longer one at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** A source of time. Deadlines, backoff and keepalive of a client use the same clock, so that tests can advance it. */
export interface Clock {
  /** The milliseconds since some point in the past. Never decreases. */
  now(): number;
  /** The milliseconds since the epoch. */
  date(): number;
  /** Calls the action once, after this many milliseconds. */
  setTimeout(action: () => void, ms: number): ClockTimer;
  /** Calls the action repeatedly, at this interval in milliseconds. */
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
