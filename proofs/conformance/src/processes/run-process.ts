import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from '../root.ts';

export interface RunOptions {
  /** Ends the process, and those that it started. */
  readonly signal: AbortSignal;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Is given each line that the process writes, to whichever stream. */
  readonly onLine: (line: string) => void;
}

/** How long a process may take to end once it was asked to, in milliseconds. */
const endMs = 3_000;

/**
 * Runs a program to its end, in the root of the repository.
 *
 * @returns its exit code; null when a signal ended it
 * @throws the reason of the signal when that aborts, after the process is gone; ENOENT when there is no such program
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  { signal, env, onLine }: RunOptions,
): Promise<number | null> {
  signal.throwIfAborted();
  const child = spawn(file, args, {
    cwd: root,
    // A group of its own, so that what the process starts ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const killGroup = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) kill(-child.pid, name);
  };
  let killLater: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup('SIGTERM');
    killLater = setTimeout(() => killGroup('SIGKILL'), endMs);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const [[code]] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      forEachLine(child.stdout, onLine),
      forEachLine(child.stderr, onLine),
    ]);
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(killLater);
    killGroup('SIGKILL');
  }
}

async function forEachLine(input: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input })) onLine(line);
}

/** Nothing happens when there is nobody left. */
function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
