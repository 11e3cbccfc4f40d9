export interface Flushable {
  flush(): void;
}

let scheduled: Flushable[] = [];

/**
 * Calls `flush` at the end of this turn of the event loop, after all readable sockets have been read.
 */
export function scheduleFlush(one: Flushable): void {
  if (scheduled.push(one) === 1) setImmediate(flushAll);
}

/** Calls at once all `flush` methods that `scheduleFlush` has deferred to the end of this turn. */
export function flushAll(): void {
  const all = scheduled;
  scheduled = [];
  for (const one of all) one.flush();
}
