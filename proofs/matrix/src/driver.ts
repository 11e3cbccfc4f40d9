import type { JsonObject } from '@bufbuild/protobuf';
import { jsonLine, Program } from '@example/kit/programs';

/** A call in the form in which a driver reads it: a line of JSON. */
export interface Call {
  readonly method: string;
  readonly requests: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Keeps the sending half of a stream open until the call has ended. */
  readonly holdOpen?: boolean;
  readonly withoutToken?: boolean;
  /** The token of the call. Default: the token of the environment. */
  readonly token?: string;
}

/** The result of a call in the form in which a driver writes it: a line of JSON. */
export interface CallResult {
  readonly responses: readonly JsonObject[];
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly JsonObject[];
}

/** The time that a client may take after the deadline of a call, and for its own end, in milliseconds. */
const graceMs = 15_000;

/** A client in its own process. Calls are made one after the other. */
export class Driver implements AsyncDisposable {
  readonly #program: Program;

  /** @param command the program and its arguments */
  constructor([file, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
    this.#program = new Program(file, args, { name: 'the client', env, hasInput: true });
  }

  /** @throws when the client ends, or hangs */
  async make(call: Call): Promise<CallResult> {
    this.#program.writeLine(JSON.stringify(call));
    return await this.#program.waitForLine(resultIn, call.timeoutMs + graceMs);
  }

  /** Ends the client by ending its input. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.endInput();
    const late = setTimeout(() => this.#program.kill('SIGKILL'), graceMs);
    await this.#program.ended;
    clearTimeout(late);
  }
}

function resultIn(line: string): CallResult | undefined {
  const result = jsonLine(line);
  return result?.['code'] === undefined ? undefined : (result as unknown as CallResult);
}
