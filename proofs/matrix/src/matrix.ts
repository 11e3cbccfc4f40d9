import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientKind, type DriverCommand, skipReasonOf } from './clients.ts';
import { createMatrixCredentials, type MatrixCredentials } from './credentials.ts';
import { Driver } from './driver.ts';
import type { MatrixCase, Mode } from './matrix-case.ts';
import { type CaseResults, runCases } from './run-cases.ts';
import type { RunningServers, ServerKind } from './servers.ts';

/** A client that is ready to start. */
export interface ReadyClient {
  readonly kind: ClientKind;
  readonly driver: DriverCommand;
}

/** The results of a client with a server. */
export interface PairResult {
  readonly client: string;
  readonly server: string;
  /** The reason why the client cannot call the server. */
  readonly skipReason?: string;
  readonly results: ReadonlyMap<Mode, CaseResults>;
}

/**
 * The number of clients that call a server at the same time. Two keep the machine busy, because a pair often waits for
 * deadlines and for programs to start.
 */
const clientsAtOnce = 2;

/**
 * Makes the calls of every client to every server. Each pair of client and server gets fresh servers. Only the
 * throttled servers are shared by all clients, because their calls store nothing.
 */
export async function runMatrix(
  clients: readonly ReadyClient[],
  servers: readonly ServerKind[],
  onPair: (result: PairResult) => void,
): Promise<PairResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  const results: PairResult[] = [];
  try {
    const credentials = await createMatrixCredentials(folder);
    const start = (server: ServerKind, mode: Mode) => startOnce(server, mode, credentials, folder);
    for (const server of servers) {
      const throttled = await start(server, 'throttled');
      const waiting = clients.entries();
      const first = results.length;
      const callInTurn = async () => {
        for (const [index, client] of waiting) {
          const run = async (mode: Mode): Promise<[Mode, CaseResults]> => {
            const running = mode === 'throttled' ? throttled : await start(server, mode);
            try {
              return [mode, await runOn(running, server, client, mode, credentials)];
            } finally {
              if (running !== throttled) await running.end();
            }
          };
          const result = await runPair(client.kind, server, run);
          results[first + index] = result;
          onPair(result);
        }
      };
      try {
        await Promise.all(Array.from({ length: clientsAtOnce }, callInTurn));
      } finally {
        await throttled.end();
      }
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runPair(
  client: ClientKind,
  server: ServerKind,
  run: (mode: Mode) => Promise<[Mode, CaseResults]>,
): Promise<PairResult> {
  const names = { client: client.name, server: server.name };
  const skipReason = skipReasonOf(client, server);
  if (skipReason !== undefined) return { ...names, skipReason, results: new Map() };
  const modes: readonly Mode[] = client.isCommandLine ? ['plain', 'secure'] : ['plain', 'secure', 'throttled'];
  return { ...names, results: new Map(await Promise.all(modes.map(run))) };
}

/** @returns servers whose `end` may be called twice */
async function startOnce(
  server: ServerKind,
  mode: Mode,
  credentials: MatrixCredentials,
  folder: string,
): Promise<RunningServers> {
  const running = await server.start(mode, credentials, mkdtempSync(join(folder, 'data-')));
  let ended: Promise<void> | undefined;
  const end = () => {
    ended ??= running.end();
    return ended;
  };
  return { ...running, end };
}

async function runOn(
  { addresses, end }: RunningServers,
  { resetsAtDeadline }: ServerKind,
  { kind, driver: { command, env } }: ReadyClient,
  mode: Mode,
  { caFile, tokens }: MatrixCredentials,
): Promise<CaseResults> {
  await using driver = new Driver(command, {
    ...env,
    ...Object.fromEntries(
      Object.entries(addresses).map(([name, address]) => [`${name.toUpperCase()}_ADDRESS`, address]),
    ),
    ...(mode === 'secure' && { CA_FILE: caFile, TOKEN: tokens.admin }),
  });
  const packages = kind.packages ?? Object.keys(addresses);
  const supports = ({ method, holdOpen, isAfterEnd }: MatrixCase) =>
    packages.some((name) => name in addresses && new RegExp(`\\b${name}\\.v\\d`).test(method)) &&
    (!kind.isCommandLine || !(holdOpen || isAfterEnd));
  return await runCases({ driver, mode, tokens, supports, resetsAtDeadline, endServers: end });
}
