import { type Clock, type ClockTimer, systemClock } from './clock.ts';

/** An entry of the timer wheel. */
export interface TimerEntry {
  /** Finished: the wheel may drop it. */
  readonly isDone: boolean;
  /**
   * The time at which to call `onDue`, by the clock of the wheel; Infinity for never. The wheel reads `dueAt` again at
   * that time, in case it has become later.
   */
  readonly dueAt: number;
  onDue(now: number): void;
  /** The slot index, owned by the wheel. */
  slot: number;
}

/** The resolution, in milliseconds. */
const tickMs = 10;
const slotCount = 512;
/**
 * The longest time that an entry stays in a slot, in milliseconds. After it, an entry that is due later gets another
 * slot.
 */
const roundMs = tickMs * (slotCount - 2);
const noSlot = -1;

/**
 * A timer wheel: one timer for all entries. Adding an entry costs next to nothing, and an entry that is done before the
 * next tick costs nothing more. The timer stops while the wheel is empty.
 */
export class TimerWheel<T extends TimerEntry> {
  /** Has only slots with entries, and is empty while the wheel is: a client may have many idle transports. */
  readonly #slots: (Set<T> | undefined)[] = [];
  #count = 0;
  #added: T[] = [];
  #timer: ClockTimer | undefined;
  /** The last tick that was handled, counted from the time origin. */
  #tick = 0;
  /**
   * The total delay of all ticks since the wheel was created, in milliseconds. A tick is late when the event loop is
   * blocked.
   */
  lateMs = 0;
  /**
   * The time of the last tick, by the clock of the wheel. While the wheel has entries, that is a few milliseconds ago.
   */
  tickedAt = 0;
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  add(entry: T): void {
    entry.slot = noSlot;
    this.#added.push(entry);
    if (this.#timer !== undefined) return;
    this.tickedAt = this.#clock.now();
    this.#tick = Math.floor(this.tickedAt / tickMs);
    this.#timer = this.#clock.setInterval(() => this.#onTick(), tickMs);
    this.#timer.unref();
  }

  /** Call when an entry is done. */
  remove(entry: T): void {
    if (entry.slot === noSlot) return;
    this.#slots[entry.slot]?.delete(entry);
    entry.slot = noSlot;
    this.#count -= 1;
  }

  /** All entries that are not done. */
  all(): T[] {
    return [...this.#added, ...this.#slots.flatMap((slot) => [...(slot ?? [])])].filter(({ isDone }) => !isDone);
  }

  #onTick(): void {
    const now = this.#clock.now();
    const current = Math.floor(now / tickMs);
    if (now - this.tickedAt > 2 * tickMs) this.lateMs += now - this.tickedAt - tickMs;
    this.tickedAt = now;
    // After a pause longer than a round, every slot is visited once.
    this.#tick = Math.max(this.#tick, current - slotCount);
    while (this.#tick < current) {
      this.#tick += 1;
      this.#visit(this.#tick % slotCount, now);
    }
    const added = this.#added;
    this.#added = [];
    for (const entry of added) this.#lookAt(entry, now);
    if (this.#count > 0 || this.#added.length > 0) return;
    this.#slots.length = 0;
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #visit(slot: number, now: number): void {
    const entries = this.#slots[slot];
    if (entries === undefined) return;
    // An entry that is due much later may return to the same slot if the tick is late. It is then in another Set, so
    // that this iteration does not visit it again.
    this.#slots[slot] = undefined;
    for (const entry of entries) {
      this.remove(entry);
      this.#lookAt(entry, now);
    }
  }

  #lookAt(entry: T, now: number): void {
    if (!entry.isDone && entry.dueAt <= now) entry.onDue(now);
    if (entry.isDone || entry.slot !== noSlot) return;
    const at = Math.min(Math.max(entry.dueAt, now + tickMs), now + roundMs);
    entry.slot = Math.ceil(at / tickMs) % slotCount;
    const entries = this.#slots[entry.slot];
    if (entries === undefined) this.#slots[entry.slot] = new Set([entry]);
    else entries.add(entry);
    this.#count += 1;
  }
}
