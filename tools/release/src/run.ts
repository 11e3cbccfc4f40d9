import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@example/kit/root';

/** The folder of the programs that the lockfile installs. */
const programs = [join(root, 'node_modules/.bin'), join(root, 'packages/protos/node_modules/.bin')];

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The program is killed after this time. Default: ten minutes. */
  readonly timeoutMs?: number;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program. Programs that the lockfile installs take precedence over those of the PATH.
 *
 * @returns its standard output
 * @throws {Error} with its output, when it fails or exceeds the timeout; the signal's reason, when the signal ended it
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return (await runForBoth(program, args, options)).stdout;
}

/** Like {@link run}, but returns standard output and standard error. */
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
  // Package managers pass SIGTERM on to the programs that they have started.
  const end = () => running.child.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  try {
    return await running;
  } catch (error) {
    signal?.throwIfAborted();
    const reason = reasonOf(error as Failure, timeoutMs);
    throw new Error(`${program} ${args[0] ?? ''} ${reason}`.trimEnd(), { cause: error });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** The error that `execFile` rejects with. */
interface Failure extends Error {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly killed?: boolean;
  readonly signal?: NodeJS.Signals | null;
  /** The exit code, or the reason why the program did not start. */
  readonly code?: number | string | null;
}

function reasonOf({ stdout = '', stderr = '', killed, signal, code }: Failure, timeoutMs: number): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'wrote more than 64 MiB';
  const end = signal ? `was ended by ${signal}` : `failed (${code})`;
  return `${killed ? `took longer than ${timeoutMs / 1000} s` : end}\n${stdout}${stderr}`;
}
