const windowMs = 500;

interface Window {
  /**
   * The sum of the time of all calls in this window, in milliseconds. Two concurrent calls add 2 ms in each
   * millisecond.
   */
  busyMs: number;
  ended: number;
}

/**
 * The mean time of a server's calls in the last 0.5 to 1 s, by Little's law: the total time of all calls, divided by
 * the number of calls that have ended. A call needs no timestamp of its own, and a call that hangs counts before it has
 * ended.
 */
export class ResponseTime {
  #calls = 0;
  #at = 0;
  #windowEnd = 0;
  #last: Window = { busyMs: 0, ended: 0 };
  #present: Window = { busyMs: 0, ended: 0 };

  /** @param now by the clock of the channel */
  onCallStarted(now: number): void {
    this.#advance(now);
    this.#calls += 1;
  }

  /**
   * @param isSuccess if false, the time of the call counts, but its end does not, because a server that fails calls
   *   quickly must not appear to be fast
   */
  onCallEnded(isSuccess: boolean, now: number): void {
    this.#advance(now);
    this.#calls -= 1;
    if (isSuccess) this.#present.ended += 1;
  }

  /** The mean time in milliseconds; 0 if there were no calls. */
  at(now: number): number {
    this.#advance(now);
    const calls = this.#last.ended + this.#present.ended || this.#calls;
    return calls === 0 ? 0 : (this.#last.busyMs + this.#present.busyMs) / calls;
  }

  #advance(now: number): void {
    this.#present.busyMs += this.#calls * (now - this.#at);
    this.#at = now;
    if (now < this.#windowEnd) return;
    const isOld = now >= this.#windowEnd + windowMs;
    this.#last = isOld ? { busyMs: 0, ended: 0 } : this.#present;
    this.#present = { busyMs: 0, ended: 0 };
    this.#windowEnd = now + windowMs;
  }
}
