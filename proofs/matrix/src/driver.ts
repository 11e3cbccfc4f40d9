import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { JsonObject } from '@bufbuild/protobuf';

/** A call, as a driver reads it: one line of JSON. */
export interface Call {
  readonly method: string;
  readonly requests: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Keeps the sending half of a stream open until the call has ended. */
  readonly holdOpen?: boolean;
  readonly withoutToken?: boolean;
  readonly token?: string;
}

/** What came of it, as a driver writes it: one line of JSON. */
export interface Answer {
  readonly answers: readonly JsonObject[];
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly JsonObject[];
}

/** How long a client may take beyond the deadline of a call, and to end, in milliseconds: then it hangs, and is ended. */
const patienceMs = 15_000;

/** A client in a process of its own, which makes the calls that it is told, one after the other. */
export class Driver {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  /** @param command the program and its arguments */
  constructor([program, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-4_000);
    });
    // A write to a client that has ended says less than the line that it does not answer.
    child.stdin.on('error', () => {});
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws when the client ends, or writes something else */
  async make(call: Call): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(call)}\n`);
    const limit = setTimeout(() => this.#process.kill('SIGKILL'), call.timeoutMs + patienceMs);
    const { done, value } = await this.#lines.next();
    clearTimeout(limit);
    if (done) throw new Error(`the client ended:\n${this.#stderr}`);
    return JSON.parse(value) as Answer;
  }

  /** Lets it end, as the end of its input asks it to. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.stdin?.end();
    const limit = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(limit);
  }
}
