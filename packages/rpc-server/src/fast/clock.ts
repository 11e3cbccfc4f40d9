/** Something that has to be looked at now and then. */
export interface Timed {
  /** Nothing is to be done for it any more. */
  readonly isDone: boolean;
  /** When to look at it, by `performance.now()`; Infinity for never, which may have changed when it is looked at. */
  readonly dueAt: number;
  onDue(now: number): void;
  /** The clock's own: where it keeps it. */
  slot: number;
}

/** How exact times are kept, in milliseconds. */
const tickMs = 10;
const slotCount = 512;
/** What is due later than that is looked at in between. */
const roundMs = tickMs * (slotCount - 2);
const noSlot = -1;

/**
 * One timer for all calls: to add one costs next to nothing, and one that ends before the next tick costs no more than that.
 * The timer stands still while there is nothing to look at.
 */
export class Clock<T extends Timed> {
  readonly #slots: readonly Set<T>[] = Array.from({ length: slotCount }, () => new Set());
  #count = 0;
  #added: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The last tick that was, counted from the time origin. */
  #tick = 0;

  add(timed: T): void {
    timed.slot = noSlot;
    this.#added.push(timed);
    if (this.#timer !== undefined) return;
    this.#tick = Math.floor(performance.now() / tickMs);
    this.#timer = setInterval(() => this.#onTick(), tickMs).unref();
  }

  /** To be told when it is done. */
  remove(timed: T): void {
    if (timed.slot === noSlot) return;
    this.#slots[timed.slot]?.delete(timed);
    timed.slot = noSlot;
    this.#count -= 1;
  }

  /** All that are not done. */
  all(): T[] {
    return [...this.#added, ...this.#slots.flatMap((slot) => [...slot])].filter(({ isDone }) => !isDone);
  }

  #onTick(): void {
    const now = performance.now();
    const current = Math.floor(now / tickMs);
    // After a pause longer than a round every slot is due once.
    this.#tick = Math.max(this.#tick, current - slotCount);
    while (this.#tick < current) {
      this.#tick += 1;
      this.#visit(this.#tick % slotCount, now);
    }
    const added = this.#added;
    this.#added = [];
    for (const timed of added) this.#lookAt(timed, now);
    if (this.#count > 0 || this.#added.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #visit(slot: number, now: number): void {
    // What is due much later comes into this slot again when the tick is late, and a set gives what is added to it meanwhile.
    for (const timed of [...(this.#slots[slot] as Set<T>)]) {
      this.remove(timed);
      this.#lookAt(timed, now);
    }
  }

  #lookAt(timed: T, now: number): void {
    if (!timed.isDone && timed.dueAt <= now) timed.onDue(now);
    if (timed.isDone || timed.slot !== noSlot) return;
    const at = Math.min(Math.max(timed.dueAt, now + tickMs), now + roundMs);
    timed.slot = Math.ceil(at / tickMs) % slotCount;
    this.#slots[timed.slot]?.add(timed);
    this.#count += 1;
  }
}
