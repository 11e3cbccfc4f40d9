import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../root.ts';
import { Program, type ProgramOptions } from './program.ts';

export interface RunOptions extends ProgramOptions {
  /** Ends the program. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program to its end, and passes on its lines.
 *
 * @returns the exit code; null when a signal ended the program
 * @throws the reason of the signal, after the program has ended; ENOENT if there is no such program
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { signal, ...options }: RunOptions,
): Promise<number | null> {
  signal.throwIfAborted();
  await using program = new Program(file, args, options);
  const end = () => {
    program.end().catch(() => {});
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const { code } = await program.ended;
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

export interface OutputOptions extends Pick<ProgramOptions, 'cwd' | 'env' | 'isEnvClean'> {
  /** The standard input. Default: empty. */
  readonly input?: string;
  /** The timeout in milliseconds. Default: no limit. */
  readonly timeoutMs?: number;
}

/** The maximum length of the output, in bytes. */
const maxOutputBytes = 2 ** 26;

/**
 * Runs a program to its end.
 *
 * @returns its standard output
 * @throws when it fails; the message contains all of its output
 */
export async function outputOf(
  file: string,
  args: readonly string[],
  { cwd = root, env, isEnvClean, input = '', timeoutMs }: OutputOptions = {},
): Promise<string> {
  const running = promisify(execFile)(file, args, {
    cwd,
    env: { ...(isEnvClean ? { PATH: process.env['PATH'] } : process.env), ...env },
    maxBuffer: maxOutputBytes,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  running.child.stdin?.on('error', () => {}).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${file} ${args.join(' ')} failed in ${cwd}:\n${stdout ?? ''}${stderr ?? message}`, {
      cause: error,
    });
  }
}
