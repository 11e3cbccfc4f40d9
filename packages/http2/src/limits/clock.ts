const tickMs = 250;
/** A process that was stopped for longer does not hold the time against its peers. */
const longestTickMs = 2 * tickMs;

/** What wants to know how time goes by. */
export interface Watcher {
  onTick(now: number): void;
}

const watchers = new Set<Watcher>();
let timer: NodeJS.Timeout | undefined;
let lastTick = 0;

/** A clock for all connections of the process, which ticks four times a second while someone watches. Cheap to read, in milliseconds. */
export const clock = { now: 0 };

export function watch(watcher: Watcher): void {
  watchers.add(watcher);
  if (timer !== undefined) return;
  lastTick = performance.now();
  timer = setInterval(tick, tickMs).unref();
}

export function unwatch(watcher: Watcher): void {
  watchers.delete(watcher);
  if (watchers.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function tick(): void {
  const now = performance.now();
  clock.now += Math.min(now - lastTick, longestTickMs);
  lastTick = now;
  for (const watcher of watchers) watcher.onTick(clock.now);
}
