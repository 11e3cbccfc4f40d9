import { setTimeout } from 'node:timers/promises';
import { type Check, type CheckName, checksFor } from './checks.ts';
import type { Play, RealClient } from './real-client.ts';
import { startWatchedServer, type WatchedServer } from './watched-server.ts';

/** How a client did: what went wrong in each check, undefined where nothing did. */
export interface ClientResult {
  readonly client: RealClient;
  /** Why it did nothing. */
  readonly leftOut?: string;
  readonly errors: ReadonlyMap<CheckName, string | undefined>;
}

/** All checks of a client take a few seconds; those that take longer than this, in milliseconds, hang. */
const hangsMs = 120_000;
/** A handler hears of a cancelled call within this, in milliseconds. */
const heardMs = 5_000;
const lookEveryMs = 20;

/** Has a client play the checks against a server of its own. */
export async function playClient(
  client: RealClient,
  play: Play,
  { engine, signal }: { readonly engine: string; readonly signal: AbortSignal },
): Promise<ClientResult> {
  const checks = checksFor(client.ability ?? {});
  const server = await startWatchedServer(engine, client.isTls ?? false);
  const errors = new Map<CheckName, string | undefined>();
  const hangs = AbortSignal.timeout(hangsMs);
  try {
    const host = { url: server.url, checks, signal: AbortSignal.any([signal, hangs]) };
    await play(host, (name, error) => errors.set(name, error ?? tooManyConnections(server, client)));
  } catch (error) {
    signal.throwIfAborted();
    const why = hangs.aborted ? `the client did not end within ${hangsMs / 1_000} s` : String(error);
    for (const { name } of checks) if (!errors.has(name)) errors.set(name, why);
  } finally {
    if (errors.has('cancel') && errors.get('cancel') === undefined)
      errors.set('cancel', await notHeard(server, checks));
    await server.close();
  }
  return { client, errors };
}

function tooManyConnections({ seen }: WatchedServer, { connections = 1 }: RealClient): string | undefined {
  return seen.connections > connections ? `the client made ${seen.connections} connections` : undefined;
}

async function notHeard({ seen }: WatchedServer, checks: readonly Check[]): Promise<string | undefined> {
  const cancelled = checks.reduce((sum, { kind, count }) => sum + (kind === 'cancel' ? count : 0), 0);
  const end = performance.now() + heardMs;
  while (seen.cancelled !== cancelled && performance.now() < end) await setTimeout(lookEveryMs);
  return seen.cancelled === cancelled ? undefined : `${seen.cancelled} of ${cancelled} handlers saw it`;
}
