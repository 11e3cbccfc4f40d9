import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface ServerProcess {
  /** That says it listens. */
  readonly line: string;
  close(): Promise<void>;
}

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** In the line that says it listens. Default: the first line of its standard output does. */
  readonly listening?: string;
}

const longestStartMs = 60_000;
const mostKept = 4_000;

/**
 * Starts a server, and returns when it says that it listens.
 *
 * @throws {Error} with the end of what it wrote, when it ends or says nothing for a minute
 */
export async function startProcess({ program, args, cwd, env, listening }: ServerProgram): Promise<ServerProcess> {
  // In a group of its own: a signal to that of this process, as from a terminal, leaves it to whoever closes it.
  const child = spawn(program, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  let written = '';
  const { promise: started, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string) => reject(new Error(`${[program, ...args].join(' ')} ${why}\n${written}`));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      written = `${written}${line}\n`.slice(-mostKept);
      if (listening ? line.includes(listening) : stream === child.stdout) resolve(line);
    });
  }
  child.once('error', reject);
  child.once('close', () => {
    end();
    fail('has ended');
  });
  const timer = setTimeout(() => fail('does not listen'), longestStartMs);
  try {
    return { line: await started, close };
  } catch (error) {
    if (child.pid !== undefined) await close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
