import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';

const peers = join(import.meta.dirname, '../../peers');

export type SensitiveField = readonly [name: string, value: string, sensitive: boolean];

/** What a peer is to do: encode `fields`, or decode `block`. */
export interface Step {
  /** Begin a new connection before. */
  readonly fresh?: boolean;
  /** SETTINGS_HEADER_TABLE_SIZE, for its encoder, from here on. */
  readonly tableSize?: number;
  readonly fields?: readonly SensitiveField[];
  /** Whether to use Huffman's code, where the peer can be told. */
  readonly huffman?: boolean;
  /** In hexadecimal. */
  readonly block?: string;
}

/** What came of a step: one of these. */
export interface StepResult {
  readonly block?: string;
  readonly fields?: readonly SensitiveField[];
  readonly error?: string;
}

/** Somebody else's HPACK, in a process of its own. */
export class Peer {
  readonly name: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #ended: Promise<never>;

  private constructor(name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#ended = once(this.#process, 'exit').then(() => {
      throw new Error(`the peer in ${name} has ended`);
    });
    // Whoever waits for an answer is told; at the end nobody does.
    this.#ended.catch(() => {});
  }

  /** golang.org/x/net/http2/hpack. @throws ToolchainMissingError */
  static async go(): Promise<Peer> {
    return new Peer('Go', await buildGo(join(peers, 'go'), '.', 'fuzz-peer'), []);
  }

  /** The package hpack. @throws ToolchainMissingError */
  static python(print: (text: string) => void): Peer {
    const folder = join(peers, 'python');
    const environment = new PythonEnvironment({
      folder: join(folder, '.venv'),
      requirements: join(folder, 'requirements.txt'),
    });
    environment.install(print);
    return new Peer('Python', environment.python, [join(folder, 'peer.py')]);
  }

  async play(steps: readonly Step[]): Promise<StepResult[]> {
    const answer = once(this.#lines, 'line');
    this.#process.stdin.write(`${JSON.stringify(steps)}\n`);
    const [line] = await Promise.race([answer, this.#ended]);
    return JSON.parse(line);
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}
