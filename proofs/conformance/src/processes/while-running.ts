import { type RunOptions, runProcess } from './run-process.ts';

/** How many of its lines are kept for the message of an error. */
const keptLines = 20;

export interface WhileOptions extends Omit<RunOptions, 'onLine'> {
  /** What it is called in the message of an error. */
  readonly name: string;
  readonly onLine?: RunOptions['onLine'];
}

/**
 * Runs a program for as long as `use` takes.
 *
 * @throws when it ends before `use` does; what it wrote last is in the message
 */
export async function whileRunning<T>(
  file: string,
  args: readonly string[],
  { name, signal, env = {}, onLine }: WhileOptions,
  use: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  let lastLines: string[] = [];
  const ended = runProcess(file, args, {
    signal: AbortSignal.any([signal, done.signal]),
    env,
    onLine(line) {
      lastLines = [...lastLines.slice(1 - keptLines), line];
      onLine?.(line);
    },
  }).then((code) => {
    throw new Error(`${name} ended with ${code}:\n${lastLines.join('\n')}`);
  });
  try {
    return await Promise.race([use(), ended]);
  } finally {
    done.abort();
    await ended.catch(() => {});
  }
}
