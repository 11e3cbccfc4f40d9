const tickMs = 250;
/** The longest time that one tick may add, so that a process that was suspended does not end its connections. */
const maxTickMs = 2 * tickMs;

export interface TickListener {
  onTick(now: number): void;
}

const listeners = new Set<TickListener>();
let timer: NodeJS.Timeout | undefined;
let lastTick = 0;

/**
 * A clock that all connections of the process share. `now` is in milliseconds and cheap to read. It advances four times
 * a second while there is a listener.
 */
export const coarseClock = { now: 0 };

export function addTickListener(listener: TickListener): void {
  listeners.add(listener);
  if (timer !== undefined) return;
  lastTick = performance.now();
  timer = setInterval(tick, tickMs).unref();
}

export function removeTickListener(listener: TickListener): void {
  listeners.delete(listener);
  if (listeners.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function tick(): void {
  const now = performance.now();
  coarseClock.now += Math.min(now - lastTick, maxTickMs);
  lastTick = now;
  for (const listener of listeners) listener.onTick(coarseClock.now);
}
