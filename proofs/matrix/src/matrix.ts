import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientKind, DriverCommand } from './clients.ts';
import { Driver } from './driver.ts';
import type { InteropCase, Mode } from './interop-case.ts';
import { play, type Score } from './play.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import type { RunningServers, ServerKind } from './servers.ts';

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

/** Has every client make every call against every server: each time a fresh one, but for the throttled calls, which leave nothing behind. */
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
      const throttled = await start(server, 'throttled', secrets, folder);
      try {
        for (const client of clients) {
          const result = await playPair(client, server, throttled, secrets, folder);
          results.push(result);
          onPair(result);
        }
      } finally {
        await throttled.end();
      }
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function playPair(
  client: ReadyClient,
  server: ServerKind,
  throttled: RunningServers,
  secrets: Secrets,
  folder: string,
): Promise<PairResult> {
  const names = { client: client.kind.name, server: server.name };
  const whyNot = client.kind.whyNot(server);
  if (whyNot !== undefined) return { ...names, whyNot, scores: new Map() };
  const scoreOf = async (mode: Mode): Promise<[Mode, Score]> => {
    if (mode === 'throttled') return [mode, await playOn(throttled, server, client, mode, secrets)];
    const running = await start(server, mode, secrets, folder);
    try {
      return [mode, await playOn(running, server, client, mode, secrets)];
    } finally {
      await running.end();
    }
  };
  const modes: readonly Mode[] = client.kind.isCommandLine ? ['plain', 'secure'] : ['plain', 'secure', 'throttled'];
  return { ...names, scores: new Map(await Promise.all(modes.map(scoreOf))) };
}

/** @returns servers that may be ended twice */
async function start(server: ServerKind, mode: Mode, secrets: Secrets, folder: string): Promise<RunningServers> {
  const running = await server.start(mode, secrets, mkdtempSync(join(folder, 'data-')));
  let ended: Promise<void> | undefined;
  const end = () => {
    ended ??= running.end();
    return ended;
  };
  return { ...running, end };
}

async function playOn(
  servers: RunningServers,
  { resetsAtDeadline }: ServerKind,
  { kind, driver: { command, env } }: ReadyClient,
  mode: Mode,
  secrets: Secrets,
): Promise<Score> {
  const driver = new Driver(command, {
    ...env,
    USER_ADDRESS: servers.userAddress,
    ORDER_ADDRESS: servers.orderAddress,
    ...(mode === 'secure' && { CA_FILE: secrets.caFile, TOKEN: secrets.tokens.admin }),
  });
  try {
    return await play(driver, {
      mode,
      secrets,
      canPlay: (one) => canPlay(kind, one),
      resetsAtDeadline,
      endServers: servers.end,
    });
  } finally {
    await driver.end();
  }
}

function canPlay({ isCommandLine }: ClientKind, { holdOpen, isAfterEnd }: InteropCase): boolean {
  return !isCommandLine || !(holdOpen || isAfterEnd);
}
