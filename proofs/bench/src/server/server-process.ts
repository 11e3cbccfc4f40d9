import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pinned, serverCore } from './cores.ts';
import type { Peer } from './peers.ts';

/** How many of its lines are kept for the message of an error. */
const keptLines = 20;

/** How long one may take to say something, in milliseconds. */
const longestMs = 60_000;

/** What a server says in a line of JSON. */
interface Line {
  readonly url?: string;
  readonly residentBytes?: number;
}

/** A server in a process of its own, alone on its core. */
export class ServerProcess {
  readonly peer: Peer;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;
  #url: string | undefined;

  private constructor(peer: Peer, child: ChildProcess) {
    this.peer = peer;
    this.#child = child;
    this.#exited = once(child, 'exit');
    if (child.stderr === null) throw new TypeError('the process has no standard error');
    this.#lines = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  }

  /** @throws when it ends before it listens; what it wrote is in the message */
  static async start(peer: Peer): Promise<ServerProcess> {
    const { file, args, env } = await peer.command();
    const [taskset, taskArgs] = pinned(serverCore, file, args);
    const { PATH } = process.env;
    const server = new ServerProcess(
      peer,
      // Its log is written, and read by nobody: who would read it needs a core.
      spawn(taskset, taskArgs, { env: { PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    try {
      server.#url = (await server.#said('url')) as string;
      return server;
    } catch (error) {
      await server.end();
      throw error;
    }
  }

  get url(): string {
    if (this.#url === undefined) throw new TypeError('the server has not said where it listens');
    return this.#url;
  }

  /** What is left of its memory once the garbage is collected, in bytes. Of the servers on Node only. */
  async residentBytes(): Promise<number> {
    this.#child.kill('SIGUSR2');
    return (await this.#said('residentBytes')) as number;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #said(key: keyof Line): Promise<string | number> {
    const written: string[] = [];
    const late = setTimeout(() => this.#child.kill('SIGKILL'), longestMs);
    try {
      while (true) {
        const { done, value } = await this.#lines.next();
        if (done) break;
        const found = parsed(value)[key];
        if (found !== undefined) return found;
        written.push(value);
      }
    } finally {
      clearTimeout(late);
    }
    throw new Error(`${this.peer.name} did not say its ${key}:\n${written.slice(-keptLines).join('\n')}`);
  }
}

function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}
