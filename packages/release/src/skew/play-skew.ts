import { isDeepStrictEqual } from 'node:util';
import { startProcess } from '../registries/process.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import { run } from '../run.ts';
import { expectedOutcomes, type Outcome } from './expected.ts';
import type { Peer } from './peer.ts';

/** How one client got on with one server. */
export interface PairOutcome {
  readonly client: string;
  readonly server: string;
  readonly answered: number;
  readonly unimplemented: number;
  /** What is not as the descriptors say, for people. */
  readonly differences: readonly string[];
}

type Skew = Pick<Rehearsal, 'env' | 'signal'>;

const longestClientMs = 120_000;

/** Has every peer as a client call every method that it knows of every peer as a server. */
export async function playSkew(peers: readonly Peer[], { env, signal }: Skew): Promise<PairOutcome[]> {
  const servers = await Promise.allSettled(
    peers.map(async ({ command: [program, ...args], folder: cwd }) => {
      return await startProcess({ program, args: [...args, 'server'], cwd, env });
    }),
  );
  try {
    const addresses = servers.map((server) => {
      if (server.status === 'rejected') throw server.reason;
      return server.value.line;
    });
    const all: PairOutcome[] = [];
    for (const client of peers) {
      const told = await callServers(client, addresses, { env, signal });
      all.push(
        ...peers.map((server, i) =>
          compare(
            client,
            server,
            told.filter((one) => one.server === i),
          ),
        ),
      );
    }
    return all;
  } finally {
    await Promise.all(servers.map(async (server) => server.status === 'fulfilled' && (await server.value.close())));
  }
}

interface ToldOutcome extends Outcome {
  /** Its place in the list of addresses. */
  readonly server: number;
}

async function callServers(client: Peer, addresses: readonly string[], { env, signal }: Skew): Promise<ToldOutcome[]> {
  const [program, ...args] = client.command;
  const options = { cwd: client.folder, env, signal, timeoutMs: longestClientMs };
  const output = await run(program, [...args, 'client', ...addresses], options);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ToldOutcome);
}

/** Compares what a client was told with what the descriptors say. */
export function compare(client: Peer, server: Peer, told: readonly Outcome[]): PairOutcome {
  const expected = expectedOutcomes(client.descriptors, server.descriptors);
  const differences = expected.flatMap((outcome) => {
    const found = told
      .filter(({ method }) => method === outcome.method)
      .map(({ method, code, answers, seen }) => ({ method, code, answers, seen }));
    if (found.length === 1 && isDeepStrictEqual(found[0], outcome)) return [];
    return [`${client.name} → ${server.name}: ${JSON.stringify(found)}, and should be ${JSON.stringify(outcome)}`];
  });
  if (told.length !== expected.length)
    differences.push(`${client.name} → ${server.name}: ${told.length} calls, and should be ${expected.length}`);
  const answered = told.filter(({ code }) => code === 0).length;
  return { client: client.name, server: server.name, answered, unimplemented: told.length - answered, differences };
}
