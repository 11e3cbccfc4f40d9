import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentials } from '@example/kit/credentials';
import { markdownTable } from '@example/kit/markdown';
import { needProgram } from '@example/kit/toolchains';
import type { Measured } from './cpu.ts';
import type { Peer } from './peers.ts';
import { checkGoals, type Figures, goalsHead, reached, resultTable } from './report.ts';
import { writeRequests } from './requests.ts';
import { ServerProcess } from './server-process.ts';
import type { MakeWorkload, Setup, Workload } from './workload.ts';
import { workloads } from './workloads/index.ts';

export interface ServerBenchOptions {
  readonly rounds: number;
  /** The length of a turn. */
  readonly seconds: number;
  /** The names of the workloads. */
  readonly only: readonly string[];
  readonly print: (line: string) => void;
}

export interface ServerBenchReport {
  /** Whether all goals are reached. */
  readonly isReached: boolean;
  /** The table of each workload, and the table of the goals. */
  readonly markdown: string;
}

/**
 * Measures servers side by side. In each round every server has a turn with the same calls, so that a busy machine is
 * busy for all of them.
 *
 * @throws {ToolchainMissingError}
 */
export async function benchServer({ rounds, seconds, only, print }: ServerBenchOptions): Promise<ServerBenchReport> {
  needProgram('h2load');
  needProgram('taskset');
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  try {
    const setup = await makeSetup(folder);
    const goals: string[][] = [];
    const sections: string[] = [];
    for (const name of only) {
      const workload = (workloads[name] as MakeWorkload)(setup);
      print(`${name}: ${workload.title}`);
      const figures = await measure(name, workload, rounds, seconds);
      const table = resultTable(workload, figures);
      print(`\n${table}\n`);
      sections.push(`**${name}**: ${workload.title}\n\n${table}\n`);
      goals.push(...checkGoals(workload, figures).map((row) => [name, ...row]));
    }
    const missed = goals.filter((row) => row.at(-1) !== reached).length;
    if (goals.length > 0) {
      const table = markdownTable([['workload', ...goalsHead], ...goals]);
      sections.push(`**Goals**\n\n${table}\n`);
      print(`${table}\n`);
      print(missed === 0 ? `all ${goals.length} goals reached` : `${missed} of ${goals.length} goals missed`);
    }
    return { isReached: missed === 0, markdown: sections.join('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeSetup(folder: string): Promise<Setup> {
  const { issuer, authEnv, tlsEnv, ca } = await createCredentials(folder);
  const token = await issuer.issue({ subject: 'aoife', scopes: ['users.read'] });
  return { requests: writeRequests(folder), folder, auth: { env: authEnv, token }, tlsEnv, ca };
}

async function measure(name: string, workload: Workload, rounds: number, seconds: number): Promise<Figures> {
  const figures = new Map<Peer, Measured[]>(workload.peers.map((peer) => [peer, []]));
  const servers: ServerProcess[] = [];
  const start = async (peer: Peer) => {
    const server = await ServerProcess.start(peer);
    servers.push(server);
    await workload.check(server);
    return server;
  };
  const takeTurn = async (server: ServerProcess, isCounted = true) => {
    const measured = await workload.measure(server, seconds);
    if (isCounted) figures.get(server.peer)?.push(measured);
  };
  try {
    if (workload.isCold) {
      for (let round = 0; round < rounds; round++) {
        for (const peer of workload.peers) {
          const server = await start(peer);
          await takeTurn(server);
          await server.end();
        }
      }
      return figures;
    }
    for (const peer of workload.peers) await start(peer);
    // The first round is not counted, because it fills caches.
    for (let round = 0; round <= rounds; round++) {
      for (const server of servers) await takeTurn(server, round > 0);
    }
    return figures;
  } catch (error) {
    throw new Error(`${name}: ${servers.at(-1)?.peer.name}`, { cause: error });
  } finally {
    for (const server of servers) await server.end();
  }
}
