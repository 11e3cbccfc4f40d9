import type { WorkerProcess } from './worker-process.ts';

type Candidate = Pick<WorkerProcess, 'connectionsFrom' | 'connections' | 'lastArrival'>;

/**
 * Chooses the worker for a new connection: the worker with the fewest connections from the same network, because each
 * worker has an equal share of a client's limits. Among several such workers, it chooses the one with the fewest
 * connections in total, and among several of these, each in turn.
 *
 * @returns undefined without workers
 */
export function workerFor<W extends Candidate>(network: string, workers: readonly W[]): W | undefined {
  return workers.toSorted(
    (a, b) =>
      a.connectionsFrom(network) - b.connectionsFrom(network) ||
      a.connections - b.connections ||
      a.lastArrival - b.lastArrival,
  )[0];
}
