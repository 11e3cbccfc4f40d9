import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@example/kit/root';

/** The programs of the lockfile. */
const programs = [join(root, 'node_modules/.bin'), join(root, 'packages/protos/node_modules/.bin')];

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The program is killed after it. */
  readonly timeoutMs?: number;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program, those of the lockfile first.
 *
 * @returns what it wrote to its standard output
 * @throws {Error} with what it wrote, when it fails or takes too long; the reason of the signal, when that has ended it
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return (await runForBoth(program, args, options)).stdout;
}

/**
 * As `run`.
 *
 * @returns what it wrote to its standard output and to its standard error
 */
export async function runForBoth(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs = 600_000, signal }: RunOptions,
): Promise<{ stdout: string; stderr: string }> {
  signal?.throwIfAborted();
  const path = [...programs, env['PATH']].join(delimiter);
  const running = promisify(execFile)(program, args, {
    cwd,
    env: { ...env, PATH: path },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  });
  // Which package managers pass on to what they have started.
  const end = () => running.child.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  try {
    return await running;
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`${program} ${args[0] ?? ''} ${whyFailed(error as Failure, timeoutMs)}`.trimEnd(), {
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** What `execFile` rejects with. */
interface Failure extends Error {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly killed?: boolean;
  readonly signal?: NodeJS.Signals | null;
  /** The exit code, or why it did not start. */
  readonly code?: number | string | null;
}

function whyFailed({ stdout = '', stderr = '', killed, signal, code }: Failure, timeoutMs: number): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'wrote more than it should';
  const end = signal ? `was ended by ${signal}` : `failed (${code})`;
  return `${killed ? `took longer than ${timeoutMs / 1000} s` : end}\n${stdout}${stderr}`;
}
