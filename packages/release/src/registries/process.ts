import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** In the line that says it listens. */
  readonly listening: string;
}

const longestStartMs = 60_000;

/**
 * Starts it, and returns when it says that it listens.
 *
 * @returns ends it
 * @throws {Error} with what it wrote, when it ends or says nothing for a minute
 */
export async function startProcess({ program, args, cwd, listening }: ServerProcess): Promise<() => Promise<void>> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  let written = '';
  const { promise: started, resolve, reject } = Promise.withResolvers<void>();
  const fail = (why: string) => reject(new Error(`${program} ${why}\n${written}`));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      written += `${line}\n`;
      if (line.includes(listening)) resolve();
    });
  }
  child.once('error', reject);
  child.once('exit', () => fail('has ended'));
  const timer = setTimeout(() => fail('does not listen'), longestStartMs);
  try {
    await started;
    return end;
  } catch (error) {
    if (child.pid !== undefined) await end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
