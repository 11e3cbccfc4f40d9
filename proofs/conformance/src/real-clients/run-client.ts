import { setTimeout } from 'node:timers/promises';
import type { Environment } from '@example/rpc-server';
import { type Check, type CheckName, checkNames, checksFor } from './checks.ts';
import type { RealClient, RunChecks } from './real-client.ts';
import { startWatchedServer, type WatchedServer } from './watched-server.ts';

export interface ClientResult {
  readonly client: RealClient;
  /** The reason why the client was skipped. */
  readonly skipReason?: string;
  /** The error of each check; undefined for one that has passed. */
  readonly errors: ReadonlyMap<CheckName, string | undefined>;
}

/**
 * A client takes a few seconds for all checks. One that takes longer than this, in milliseconds, is considered hung.
 */
const clientLimitMs = 120_000;
/** The longest accepted time until a handler notices the cancellation of its call, in milliseconds. */
const cancelLimitMs = 5_000;
const pollMs = 20;

/** Runs the checks of a client against a new server. @param env settings of the server */
export async function runClient(
  client: RealClient,
  runChecks: RunChecks,
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<ClientResult> {
  const checks = checksFor(client.ability ?? {});
  const server = await startWatchedServer(env, client.isTls ?? false);
  const errors = new Map<CheckName, string | undefined>();
  const late = AbortSignal.timeout(clientLimitMs);
  try {
    const target = { url: server.url, checks, signal: AbortSignal.any([signal, late]) };
    await runChecks(target, (name, error) => errors.set(name, error ?? tooManyConnections(server, client)));
  } catch (error) {
    signal.throwIfAborted();
    const reason = late.aborted ? `the client did not end within ${clientLimitMs / 1_000} s` : String(error);
    for (const { name } of checks) if (!errors.has(name)) errors.set(name, reason);
  } finally {
    if (errors.has('cancel') && errors.get('cancel') === undefined) {
      errors.set('cancel', await unseenCancellations(server, checks));
    }
    await server.close();
  }
  return { client, errors };
}

/** The head of the results' table. */
export const tableHead = ['', ...checkNames];

/** A row of the results' table. */
export function tableRow({ client, skipReason, errors }: ClientResult): string[] {
  const cells = checkNames.map((name) => {
    if (skipReason !== undefined) return 'skipped';
    if (client.ability?.unsupported?.includes(name)) return '–';
    return errors.get(name) === undefined ? (client.instead?.[name] ?? 'passed') : 'FAILED';
  });
  return [client.name, ...cells];
}

function tooManyConnections({ seen }: WatchedServer, { connections = 1 }: RealClient): string | undefined {
  return seen.connections > connections ? `the client made ${seen.connections} connections` : undefined;
}

async function unseenCancellations({ seen }: WatchedServer, checks: readonly Check[]): Promise<string | undefined> {
  const cancelled = checks.reduce((sum, { kind, count }) => sum + (kind === 'cancel' ? count : 0), 0);
  const end = performance.now() + cancelLimitMs;
  while (seen.cancelled !== cancelled && performance.now() < end) await setTimeout(pollMs);
  return seen.cancelled === cancelled ? undefined : `${seen.cancelled} of ${cancelled} handlers were cancelled`;
}
