import { setTimeout } from 'node:timers/promises';
import { type Code, ConnectError, createClient } from '@connectrpc/connect';
import { jsonLine, type NodeServer, startNodeServer } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import type { WorkEnd } from './hop.ts';

interface CallOptions {
  readonly timeoutMs: number;
  /** The time after which the client cancels the call; undefined to let the deadline pass. */
  readonly cancelMs?: number;
}

export interface HopsOptions {
  /** The number of calls of each kind. */
  readonly calls: number;
  /** The number of concurrent calls. */
  readonly callers: number;
  readonly timeoutMs: number;
  readonly cancelMs: number;
  readonly signal?: AbortSignal;
}

export interface HopsResult {
  /** Calls whose deadline passed. */
  readonly late: readonly HopsCall[];
  readonly cancelled: readonly HopsCall[];
}

/** The result of one call. */
export interface HopsCall {
  /** The status that the client got. */
  readonly code: Code;
  /**
   * The time when the work ended on each server, in the order of the servers: in milliseconds after the deadline or the
   * cancellation. Infinity if the work has not begun, or not ended.
   */
  readonly lateMs: readonly number[];
  /** Why the work ended on each server; undefined if it has not ended. */
  readonly codes: readonly (Code | undefined)[];
  /**
   * The time that was left until the deadline when the work began on each server; undefined if the work has not ended.
   */
  readonly timeLeftMs: readonly (number | undefined)[];
}

const hops = 3;
/** The longest wait for the last server to end its work, in milliseconds. It is long for busy machines. */
const maxWaitMs = 20_000;
/** The timeout of the first calls, which open the connections, in milliseconds. */
const warmUpMs = 1_000;
/** The timeout of calls that are cancelled, in milliseconds: longer than any run. */
const longMs = 60_000;

/** Makes calls to the first of three servers, each of which calls the next one; the last does not respond. */
export async function runHops({ calls, callers, timeoutMs, cancelMs, signal }: HopsOptions): Promise<HopsResult> {
  await using servers = await Servers.start();
  const transport = createTransport({ target: servers.first });
  const users = createClient(UserService, transport);
  const call = async (id: string, options: CallOptions): Promise<HopsCall> => {
    const cancelling = new AbortController();
    let endsAtMs = now() + options.timeoutMs;
    const response = users.getUser({ id }, { timeoutMs: options.timeoutMs, signal: cancelling.signal });
    const failed = response.then(() => new ConnectError('the call succeeded'), ConnectError.from);
    if (options.cancelMs !== undefined) {
      await setTimeout(options.cancelMs);
      endsAtMs = now();
      cancelling.abort();
    }
    const { code } = await failed;
    const ends = await servers.endsOf(id);
    return {
      code,
      lateMs: ends.map((end) => (end?.atMs ?? Number.POSITIVE_INFINITY) - endsAtMs),
      codes: ends.map((end) => end?.code),
      timeLeftMs: ends.map((end) => end?.timeLeftMs),
    };
  };
  let made = 0;
  const callAll = async (count: number, options: CallOptions) => {
    const last = made + count;
    const results: HopsCall[] = [];
    const caller = async () => {
      while (made < last && signal?.aborted !== true) results.push(await call(`${++made}`, options));
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return results;
  };
  await callAll(callers, { timeoutMs: warmUpMs });
  const late = await callAll(calls, { timeoutMs });
  const cancelled = await callAll(calls, { timeoutMs: longMs, cancelMs });
  transport.close();
  return { late, cancelled };
}

/** Three servers, each in its own process, and their reports. */
class Servers implements AsyncDisposable {
  readonly #servers: NodeServer[] = [];
  /** The ends of the work, by server and by the id of the call. */
  readonly #ends = Array.from({ length: hops }, () => new Map<string, PromiseWithResolvers<WorkEnd>>());
  first = '';

  static async start(): Promise<Servers> {
    const servers = new Servers();
    for (const ends of servers.#ends.toReversed()) await servers.#start(ends);
    return servers;
  }

  async #start(ends: Map<string, PromiseWithResolvers<WorkEnd>>): Promise<void> {
    const onLine = (line: string) => {
      const end = jsonLine(line)?.['end'] as WorkEnd | undefined;
      if (end !== undefined) endIn(ends, end.id).resolve(end);
    };
    const env = { HOST: '127.0.0.1', ACCESS_LOG: 'off', NEXT: this.first };
    const server = await startNodeServer(new URL('./hop.ts', import.meta.url), env, { onLine });
    this.#servers.push(server);
    this.first = new URL(server.url).host;
  }

  /** The end of the work on each server; undefined if the work has not ended after a long time. */
  async endsOf(id: string): Promise<readonly (WorkEnd | undefined)[]> {
    const late = setTimeout(maxWaitMs, undefined, { ref: false });
    return await Promise.all(this.#ends.map((ends) => Promise.race([endIn(ends, id).promise, late])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { program } of this.#servers) await program.end('SIGKILL');
  }
}

function endIn(ends: Map<string, PromiseWithResolvers<WorkEnd>>, id: string): PromiseWithResolvers<WorkEnd> {
  const end = ends.get(id) ?? Promise.withResolvers();
  ends.set(id, end);
  return end;
}

/** The time of the machine's monotonic clock, which the servers use, too. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
