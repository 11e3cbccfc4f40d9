interface Delayed {
  readonly dueAt: number;
  readonly action: () => void;
}

/** Runs actions after a delay. They keep their order even if the delay changes. */
export class DelayLine {
  readonly #queue: Delayed[] = [];
  #timer: NodeJS.Timeout | undefined;

  push(delayMs: number, action: () => void): void {
    if (delayMs === 0 && this.#queue.length === 0) {
      action();
      return;
    }
    this.#queue.push({ dueAt: performance.now() + delayMs, action });
    this.#timer ??= setTimeout(() => this.#run(), delayMs);
  }

  #run(): void {
    this.#timer = undefined;
    let next = this.#queue[0];
    while (next !== undefined && next.dueAt <= performance.now()) {
      this.#queue.shift();
      next.action();
      next = this.#queue[0];
    }
    if (next !== undefined) this.#timer = setTimeout(() => this.#run(), next.dueAt - performance.now());
  }
}
