import { clients, type RolloutClient } from './clients.ts';
import { Pods } from './pods.ts';
import { serviceAddress } from './service-address.ts';

export interface ClientResult {
  readonly name: string;
  readonly calls: number;
  /** The reasons of failed calls. */
  readonly failures: readonly string[];
  /** The number of failed calls that were the client's own fault. */
  readonly ownFailures: number;
}

const replicas = 3;
/** The number of concurrent callers of each client. */
const callers = 4;

/**
 * Replaces pods one by one while every client makes calls.
 *
 * @param signal ends the function after the current replacement
 */
export async function rollOut(restarts: number, signal?: AbortSignal): Promise<readonly ClientResult[]> {
  await using pods = await Pods.start(replicas);
  await using address = await serviceAddress(() => pods.endpoints);
  const over = new AbortController();
  const loads = Promise.all(clients.map((client) => load(client, address.port, over.signal)));
  try {
    while (pods.restarts < restarts && !signal?.aborted) await pods.replaceOne();
  } finally {
    over.abort();
    await loads;
  }
  return await loads;
}

async function load(
  { name, connect, ownFailure }: RolloutClient,
  port: number,
  over: AbortSignal,
): Promise<ClientResult> {
  const { call, close } = connect(port);
  const failures: string[] = [];
  let ownFailures = 0;
  let calls = 0;
  const caller = async () => {
    while (!over.aborted) {
      calls += 1;
      await call().catch((error: Error) => {
        if (ownFailure?.test(error.message)) ownFailures += 1;
        else failures.push(reasonOf(error));
      });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  close();
  return { name, calls, failures, ownFailures };
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
