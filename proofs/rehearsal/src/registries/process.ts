import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { freePort } from '@example/kit/programs';

/** A server in its own process. */
export interface ServerProcess {
  /** The line in which the server reports that it listens. */
  readonly line: string;
  close(): Promise<void>;
}

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Text in the line that reports that the server listens. Default: the first line of its standard output. */
  readonly listening?: string;
}

const startTimeoutMs = 60_000;
/** Characters of output kept for an error. */
const mostKept = 4_000;

/**
 * Starts a server, and returns when it listens.
 *
 * @throws {Error} with the end of its output, when it ends or does not listen within a minute
 */
export async function startProcess({ program, args, cwd, env, listening }: ServerProgram): Promise<ServerProcess> {
  // A separate process group, so that a signal from a terminal does not reach the server. `close` ends it.
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
  const timer = setTimeout(() => fail('does not listen'), startTimeoutMs);
  try {
    return { line: await started, close };
  } catch (error) {
    if (child.pid !== undefined) await close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const mostPorts = 5;

/** Starts a server that cannot choose a port itself. Tries another port if another process has taken the first one. */
export async function startOnFreePort(
  programOn: (port: number) => ServerProgram,
): Promise<ServerProcess & { port: number }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return { ...(await startProcess(programOn(port))), port };
    } catch (error) {
      const isTaken = /EADDRINUSE|[Aa]ddress already in use/.test((error as Error).message);
      if (!isTaken || tries === mostPorts) throw error;
    }
  }
}
