import { isDeepStrictEqual } from 'node:util';
import { run } from '@example/release';
import { startProcess } from '../registries/process.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { expectedOutcomes, type Outcome } from './expected.ts';
import type { Peer } from './peer.ts';

/** The results of one client's calls to one server. */
export interface PairOutcome {
  readonly client: string;
  readonly server: string;
  readonly succeeded: number;
  readonly unimplemented: number;
  /** The calls whose results differ from those that the descriptor sets require, for people. */
  readonly differences: readonly string[];
}

type Skew = Pick<Rehearsal, 'env' | 'signal'>;

/** A client that takes longer than this, in milliseconds, is killed. */
const clientTimeoutMs = 120_000;

/** Calls all methods of each peer as a client on each peer as a server. */
export async function playSkew(peers: readonly Peer[], { env, signal }: Skew): Promise<PairOutcome[]> {
  const servers = await Promise.allSettled(
    peers.map(async ({ command: [program, ...args], folder: cwd }) => {
      return await startProcess({ program, args: [...args, 'server'], cwd, env, listening: '127.0.0.1:' });
    }),
  );
  try {
    const addresses = servers.map((server) => {
      if (server.status === 'rejected') throw server.reason;
      return server.value.line;
    });
    const all: PairOutcome[] = [];
    for (const client of peers) {
      const results = await callServers(client, addresses, { env, signal });
      all.push(
        ...peers.map((server, i) =>
          compare(
            client,
            server,
            results.filter((one) => one.server === i),
          ),
        ),
      );
    }
    return all;
  } finally {
    await Promise.all(servers.map(async (server) => server.status === 'fulfilled' && (await server.value.close())));
  }
}

interface ServerOutcome extends Outcome {
  /** The server's index in the list of addresses. */
  readonly server: number;
}

async function callServers(
  client: Peer,
  addresses: readonly string[],
  { env, signal }: Skew,
): Promise<ServerOutcome[]> {
  const [program, ...args] = client.command;
  const options = { cwd: client.folder, env, signal, timeoutMs: clientTimeoutMs };
  const output = await run(program, [...args, 'client', ...addresses], options);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ServerOutcome);
}

/** Compares a client's results with those that the descriptor sets require. */
export function compare(client: Peer, server: Peer, results: readonly Outcome[]): PairOutcome {
  const expected = expectedOutcomes(client.descriptors, server.descriptors);
  const differences = expected.flatMap((outcome) => {
    const found = results
      .filter(({ method }) => method === outcome.method)
      .map(({ method, code, responses, seen }) => ({ method, code, responses, seen }));
    if (found.length === 1 && isDeepStrictEqual(found[0], outcome)) return [];
    return [`${client.name} → ${server.name}: ${JSON.stringify(found)}, and should be ${JSON.stringify(outcome)}`];
  });
  if (results.length !== expected.length)
    differences.push(`${client.name} → ${server.name}: ${results.length} calls, and should be ${expected.length}`);
  const succeeded = results.filter(({ code }) => code === 0).length;
  return {
    client: client.name,
    server: server.name,
    succeeded,
    unimplemented: results.length - succeeded,
    differences,
  };
}
