import { setTimeout } from 'node:timers/promises';
import { type Code, ConnectError, createClient } from '@connectrpc/connect';
import { jsonLine, type NodeServer, startNodeServer } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import type { WorkEnd } from './hop.ts';

interface CallOptions {
  readonly timeoutMs: number;
  /** The client cancels the call after this time; undefined: it lets the deadline pass. */
  readonly cancelMs?: number;
}

export interface HopsOptions {
  /** Of each kind. */
  readonly calls: number;
  /** Calls at once. */
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

/** What became of one call. */
export interface HopsCall {
  /** The status that the client got. */
  readonly code: Code;
  /**
   * When the work ended on each server, the first one first: milliseconds from the deadline, or the cancellation.
   * Infinity if it has not ended, or not begun.
   */
  readonly lateMs: readonly number[];
  /** Why it ended there; undefined if it has not. */
  readonly codes: readonly (Code | undefined)[];
  /** The time that was left when the work began there; undefined if it has not ended. */
  readonly timeLeftMs: readonly (number | undefined)[];
}

const hops = 3;
/** For the last server to end its work, on a busy machine. */
const maxWaitMs = 20_000;
/** Of the first calls, during which connections are opened. */
const warmUpMs = 1_000;
/** The deadline of calls that are cancelled: far away. */
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

/** Three servers in processes of their own, and what they report. */
class Servers implements AsyncDisposable {
  readonly #servers: NodeServer[] = [];
  /** By server and call. */
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

  /** Of each server; undefined where the work has not ended after a long time. */
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

/** The clock that the servers use, too. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
