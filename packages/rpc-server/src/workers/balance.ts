import type { Load } from './messages.ts';

/** Below this no worker is busy enough that its clients would gain by a new connection. */
const busyEnough = 0.5;
/** What a move must gain at least. */
const worthwhile = 0.1;

/** A connection whose calls another worker should have. */
export interface Move<W> {
  readonly from: W;
  readonly to: W;
  /** Of the connection. */
  readonly id: number;
}

/**
 * Finds the connection of the busiest worker that would, on the least busy one, bring the two closest together. A
 * connection makes its worker as busy as its part of the calls.
 *
 * @param workers at least one
 * @returns undefined if no move is worth a new connection
 */
export function moveToBalance<W extends Load>(workers: readonly W[]): Move<W> | undefined {
  const byLoad = workers.toSorted((a, b) => a.busy - b.busy);
  const [to, from] = [byLoad[0] as W, byLoad.at(-1) as W];
  if (from.busy < busyEnough) return undefined;
  const calls = from.calls.reduce((sum, [, count]) => sum + count, 0);
  let best: Move<W> | undefined;
  let least = from.busy - worthwhile;
  for (const [id, count] of from.calls) {
    const part = (from.busy * count) / calls;
    const busiest = Math.max(from.busy - part, to.busy + part);
    if (busiest >= least) continue;
    least = busiest;
    best = { from, to, id };
  }
  return best;
}
