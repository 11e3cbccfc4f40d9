import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@example/dev';

/** The programs of the lockfile. */
const programs = [join(root, 'node_modules/.bin'), join(root, 'packages/protos/node_modules/.bin')];

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The program is killed after it. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program, those of the lockfile first.
 *
 * @returns what it wrote to its standard output
 * @throws {Error} with what it wrote, when it fails or takes too long
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
  { cwd, env = process.env, timeoutMs = 600_000 }: RunOptions,
): Promise<{ stdout: string; stderr: string }> {
  const path = [...programs, env['PATH']].join(delimiter);
  try {
    return await promisify(execFile)(program, args, {
      cwd,
      env: { ...env, PATH: path },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = '', stderr = '', killed } = error as { stdout?: string; stderr?: string; killed?: boolean };
    const why = killed ? `took longer than ${timeoutMs / 1000} s` : 'failed';
    throw new Error(`${program} ${args[0] ?? ''} ${why}\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}
