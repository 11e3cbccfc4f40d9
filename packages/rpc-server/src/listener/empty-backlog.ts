import { setImmediate } from 'node:timers/promises';

/** The longest time that a turn of the event loop takes if nothing happens in it, in milliseconds. */
const quietTurnMs = 0.1;
/** The most turns to wait for. Under load there may never be a quiet turn. */
const maxBacklogTurns = 200;

/**
 * Waits until all connections in the kernel's backlog have been accepted, because the kernel resets them when the
 * server stops listening. The backlog is empty after a turn of the event loop that accepts no connection and takes
 * almost no time.
 *
 * @param accepted how many connections have been accepted so far
 */
export async function emptyBacklog(accepted: () => number): Promise<void> {
  for (let turn = 0; turn < maxBacklogTurns; turn++) {
    const before = accepted();
    const began = performance.now();
    await setImmediate();
    if (accepted() === before && performance.now() - began < quietTurnMs) return;
  }
}
