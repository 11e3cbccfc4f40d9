import { LRUCache } from 'lru-cache';

/** How many callers are tracked. Beyond that, the caller with the oldest call is dropped. */
const trackedCallers = 100_000;

/** The state of each caller. */
export class PerCaller<T extends object> {
  readonly #create: () => T;
  /** Limited by size, because a cache that is limited by number allocates all of its memory at the start. */
  readonly #states = new LRUCache<string, T>({ maxSize: trackedCallers, sizeCalculation: () => 1 });
  /** Checked before the cache, because most callers make several calls in a row. */
  #lastCaller = '';
  #lastState: T;

  /** @param create the state of a caller that is not known */
  constructor(create: () => T) {
    this.#create = create;
    this.#lastState = create();
  }

  of(caller: string): T {
    if (caller === this.#lastCaller) return this.#lastState;
    let state = this.#states.get(caller);
    if (state === undefined) {
      state = this.#create();
      this.#states.set(caller, state);
    }
    this.#lastCaller = caller;
    this.#lastState = state;
    return state;
  }
}
