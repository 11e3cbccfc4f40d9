import type { Load } from './messages.ts';

/** If no worker is busier than this, no client would gain by a new connection. */
const busyEnough = 0.5;
/** The least gain that is worth a move, as a part of the time of a worker. */
const worthwhile = 0.1;

/** The move of one connection to another worker. */
export interface Move<W> {
  readonly from: W;
  readonly to: W;
  /** The id of the connection. */
  readonly id: number;
}

/**
 * Finds the connection whose move from the busiest to the least busy worker would balance the two best. The estimate
 * assumes that each connection costs its worker time in proportion to its calls.
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
