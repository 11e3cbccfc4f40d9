import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from '../root.ts';
import { endWithProcess } from './end-with-process.ts';

export interface ProgramOptions {
  /** The name in error messages. Default: the file. */
  readonly name?: string;
  /** The working directory. Default: the root of the repository. */
  readonly cwd?: string;
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Gives the program only PATH and `env`, so that its settings do not depend on the caller's environment. */
  readonly isEnvClean?: boolean;
  /** The user and group of the program. Default: those of this process. */
  readonly user?: number | undefined;
  /** Gives the program an input that `writeLine` and `endInput` use. Default: the input is empty. */
  readonly hasInput?: boolean;
  /** Discards standard output, at no cost to this process. */
  readonly discardsOutput?: boolean;
  /** Receives each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended. Either `code` or `signal` is null. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The number of lines that are kept for error messages. */
const keptLines = 20;
/** The timeout of an expected line, in milliseconds. */
const defaultWaitMs = 60_000;
/** The time that a program may take to end after its signal, in milliseconds. Then its process group is killed. */
const defaultGraceMs = 3_000;

const running = new Set<Program>();
process.on('exit', () => {
  for (const program of running) program.kill('SIGKILL');
});

/** A running program. It leads a process group, so that the processes that it starts end with it. */
export class Program implements AsyncDisposable {
  /** Resolves when the program has ended and its output has been read. Rejects with ENOENT if there is no such file. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #waiters = new Set<(line: string) => void>();
  #lastLines: string[] = [];

  constructor(file: string, args: readonly string[] = [], options: ProgramOptions = {}) {
    const { name = file, cwd = root, env, isEnvClean, user, hasInput, discardsOutput, onLine } = options;
    this.#name = name;
    this.#onLine = onLine;
    this.#child = spawn(file, args, {
      cwd,
      detached: true,
      ...(user !== undefined && { uid: user, gid: user }),
      stdio: [hasInput ? 'pipe' : 'ignore', discardsOutput ? 'ignore' : 'pipe', 'pipe'],
      env: { ...(isEnvClean ? { PATH: process.env['PATH'] } : process.env), ...env },
    });
    // A write to a program that has ended fails, but the reason for its end is a better error message.
    this.#child.stdin?.on('error', () => {});
    // The processes that the program has started end with it.
    this.#child.once('exit', () => this.kill('SIGKILL'));
    running.add(this);
    Program.#onChange();
    this.ended = this.#readToEnd();
    // Prevents an unhandled rejection when no caller waits for the end.
    this.ended.catch(() => {});
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} did not start`);
    return this.#child.pid;
  }

  static #onChange(): void {
    endWithProcess([...running].flatMap((program) => program.#child.pid ?? []));
  }

  /** The last lines that the program wrote, for error messages. */
  get lastLines(): string {
    return this.#lastLines.join('\n');
  }

  writeLine(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  /** Sends a signal to the program and to the processes that it has started. No effect if they have ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && running.has(this)) killGroup(this.#child.pid, signal);
  }

  /** Sends a signal only to the program. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Waits for a line of standard output or standard error from now on.
   *
   * @param find returns undefined for any other line
   * @throws when the program ends, or does not write the line in time; its last lines are in the message
   */
  async waitForLine<T>(find: (line: string) => T | undefined, waitMs = defaultWaitMs): Promise<T> {
    const found = Promise.withResolvers<T>();
    const offer = (line: string) => {
      const value = find(line);
      if (value !== undefined) found.resolve(value);
    };
    this.#waiters.add(offer);
    const late = setTimeout(() => {
      const what = `did not write the expected line within ${waitMs / 1_000} s`;
      found.reject(new Error(`${this.#name} ${what}:\n${this.lastLines}`));
    }, waitMs);
    try {
      return await Promise.race([found.promise, this.#endsEarly()]);
    } finally {
      clearTimeout(late);
      this.#waiters.delete(offer);
    }
  }

  /** Runs `use`. @throws when the program ends before `use` does; its last lines are in the message */
  async during<T>(use: () => Promise<T>): Promise<T> {
    return await Promise.race([use(), this.#endsEarly()]);
  }

  /** Sends the signal, and kills the group if the program has not ended after `graceMs`. May be called twice. */
  async end(signal: NodeJS.Signals = 'SIGTERM', graceMs = defaultGraceMs): Promise<ProgramEnd> {
    this.kill(signal);
    const late = setTimeout(() => this.kill('SIGKILL'), graceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(late);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL').catch(() => {});
  }

  async #readToEnd(): Promise<ProgramEnd> {
    const closed = once(this.#child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    try {
      const [[code, signal]] = await Promise.all([
        closed,
        this.#readLines(this.#child.stdout),
        this.#readLines(this.#child.stderr),
      ]);
      return { code, signal };
    } finally {
      running.delete(this);
      Program.#onChange();
    }
  }

  async #readLines(input: Readable | null): Promise<void> {
    if (input === null) return;
    for await (const line of createInterface({ input })) {
      this.#lastLines = [...this.#lastLines.slice(1 - keptLines), line];
      this.#onLine?.(line);
      for (const offer of [...this.#waiters]) offer(line);
    }
  }

  async #endsEarly(): Promise<never> {
    const { code, signal } = await this.ended;
    throw new Error(`${this.#name} ended with ${code ?? signal}:\n${this.lastLines}`);
  }
}

function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Reads a line of JSON; undefined if it is another kind of line. */
export function jsonLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Reads the URL in the log line of a server that listens; undefined in any other line. */
export function urlIn(line: string): string | undefined {
  return jsonLine(line)?.['url'] as string | undefined;
}
