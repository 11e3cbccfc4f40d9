import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientKind, DriverCommand } from './clients.ts';
import { Driver } from './driver.ts';
import type { Mode } from './interop-case.ts';
import { play, type Score } from './play.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import type { ServerKind } from './servers.ts';

/** A client that can be started. */
export interface ReadyClient {
  readonly kind: ClientKind;
  readonly driver: DriverCommand;
}

/** How a client did against a server; `whyNot` where they cannot talk. */
export interface PairResult {
  readonly client: string;
  readonly server: string;
  readonly whyNot?: string;
  readonly scores: ReadonlyMap<Mode, Score>;
}

/** Has every client make every call against every server, each time a fresh one. */
export async function playMatrix(
  clients: readonly ReadyClient[],
  servers: readonly ServerKind[],
  onPair: (result: PairResult) => void,
): Promise<PairResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'interop-'));
  const results: PairResult[] = [];
  try {
    const secrets = await createSecrets(folder);
    for (const server of servers) {
      for (const client of clients) {
        const result = await playPair(client, server, secrets, folder);
        results.push(result);
        onPair(result);
      }
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function playPair(
  { kind, driver }: ReadyClient,
  server: ServerKind,
  secrets: Secrets,
  folder: string,
): Promise<PairResult> {
  const names = { client: kind.name, server: server.name };
  const whyNot = kind.whyNot(server);
  if (whyNot !== undefined) return { ...names, whyNot, scores: new Map() };
  const scores = await Promise.all(
    modesOf(kind).map(
      async (mode): Promise<[Mode, Score]> => [mode, await playMode(driver, server, mode, secrets, folder)],
    ),
  );
  return { ...names, scores: new Map(scores) };
}

function modesOf({ isThrottled = true }: ClientKind): readonly Mode[] {
  return isThrottled ? ['plain', 'secure', 'throttled'] : ['plain', 'secure'];
}

async function playMode(
  { command, env }: DriverCommand,
  server: ServerKind,
  mode: Mode,
  secrets: Secrets,
  folder: string,
): Promise<Score> {
  const running = await server.start(mode, secrets, mkdtempSync(join(folder, 'data-')));
  try {
    const driver = new Driver(command, {
      ...env,
      USER_ADDRESS: running.userAddress,
      ORDER_ADDRESS: running.orderAddress,
      ...(mode === 'secure' && { CA_FILE: secrets.caFile, TOKEN: secrets.tokens.admin }),
    });
    try {
      return await play(driver, mode, secrets);
    } finally {
      await driver.end();
    }
  } finally {
    await running.end();
  }
}
