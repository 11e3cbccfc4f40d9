import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { jsonLine, Program, urlIn } from '@example/kit/programs';
import { pinned, serverCore } from './cores.ts';
import type { Peer } from './peers.ts';

/** The timeout of a server's end, in milliseconds. */
const endMs = 10_000;
/** The timeout until a server accepts connections, and the pause between two attempts, in milliseconds. */
const listenMs = 60_000;
const listenPollMs = 50;

/** A server in a process of its own, alone on its core. */
export class ServerProcess {
  readonly peer: Peer;
  readonly url: string;
  readonly #program: Program;

  private constructor(peer: Peer, program: Program, url: string) {
    this.peer = peer;
    this.#program = program;
    this.url = url;
  }

  /** @throws when it ends before it listens; its last lines are in the message */
  static async start(peer: Peer): Promise<ServerProcess> {
    const { file, args, env = {}, url } = await peer.command();
    const [taskset, taskArgs] = pinned(serverCore, file, args);
    // Discards the log on standard output, because a program that reads it would need a core.
    const program = new Program(taskset, taskArgs, { name: peer.name, isEnvClean: true, env, discardsOutput: true });
    try {
      const listening =
        url === undefined ? await program.waitForLine(urlIn) : await program.during(() => untilListening(url));
      return new ServerProcess(peer, program, listening);
    } catch (error) {
      await program.end();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Collects garbage, if the server runs on Node. @returns the memory that is left, in bytes */
  async residentBytes(): Promise<number> {
    this.#program.signal('SIGUSR2');
    return await this.#program.waitForLine((line) => jsonLine(line)?.['residentBytes'] as number | undefined);
  }

  async end(): Promise<void> {
    await this.#program.end('SIGTERM', endMs);
  }
}

/** Waits until a server that does not print its address is listening. */
async function untilListening(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const end = performance.now() + listenMs;
  while (performance.now() < end) {
    const socket = connect({ host, port: Number(port) });
    try {
      await once(socket, 'connect');
      return url;
    } catch {
      await setTimeout(listenPollMs);
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`nothing listens at ${url}`);
}
