/** Lets calls wait for each other. */
export class Barrier {
  #waiting: PromiseWithResolvers<void>[] = [];

  /**
   * Resolves once `count` calls wait, including this one.
   *
   * @param signal ends the wait of this call. Then the call no longer counts
   */
  async arrive(count: number, signal: AbortSignal): Promise<void> {
    const arrival = Promise.withResolvers<void>();
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== arrival);
      arrival.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(arrival);
    if (this.#waiting.length >= count) {
      for (const { resolve } of this.#waiting) resolve();
      this.#waiting = [];
    }
    try {
      await arrival.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
