import { setImmediate } from 'node:timers/promises';

/** How long a turn of the event loop takes in which nothing happens, at most, in milliseconds. */
const quietTurnMs = 0.1;
/** Under load every turn may be a busy one. */
const maxBacklogTurns = 200;

/**
 * Waits until no connection waits to be accepted, because the kernel resets such connections when the server stops
 * listening. That is the case after a turn of the event loop that accepts no connection and takes next to no time.
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
