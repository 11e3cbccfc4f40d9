import type { LoadResult } from '../load/load.ts';
import type { RolloutClient } from './clients.ts';
import { Pods } from './pods.ts';
import { serviceAddress } from './service-address.ts';

export interface ClientResult {
  readonly client: RolloutClient;
  readonly calls: number;
  /** The reasons of failed calls. */
  readonly failures: readonly string[];
  /** The number of failed calls that were the client's own fault. */
  readonly ownFailures: number;
}

export interface RolloutResult {
  /** The number of pods that were replaced. */
  readonly restarts: number;
  readonly results: readonly ClientResult[];
}

const replicas = 3;

/**
 * Replaces pods one by one while every client makes calls.
 *
 * @param clients must be prepared
 * @param onReplaced receives the number of pods that have been replaced, after each one
 * @param signal ends the function after the current replacement
 */
export async function rollOut(
  restarts: number,
  clients: readonly RolloutClient[],
  onReplaced: (restarts: number) => void,
  signal?: AbortSignal,
): Promise<RolloutResult> {
  await using pods = await Pods.start(replicas);
  await using address = await serviceAddress(() => pods.endpoints);
  const over = new AbortController();
  const loads = Promise.all(
    clients.map(async (client) => resultOf(client, await client.load(pods.ports)(address.port, over.signal))),
  );
  // A load that cannot run ends the rollout. Its error is thrown below.
  loads.catch(() => over.abort());
  try {
    while (pods.restarts < restarts && !signal?.aborted && !over.signal.aborted) {
      await pods.replaceOne();
      onReplaced(pods.restarts);
    }
  } finally {
    over.abort();
    await loads;
  }
  return { restarts: pods.restarts, results: await loads };
}

function resultOf(client: RolloutClient, { calls, failures }: LoadResult): ClientResult {
  const own = failures.filter((failure) => client.ownLoss?.reason.test(failure));
  return { client, calls, failures: failures.filter((failure) => !own.includes(failure)), ownFailures: own.length };
}
