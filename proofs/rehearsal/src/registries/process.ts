import { freePort, Program } from '@example/kit/programs';

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
  /** Variables in addition to those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Text in the line that reports that the server listens. */
  readonly listening: string;
}

/** Starts a server, and returns when it listens. @throws {Error} with the end of its output if it does not */
export async function startProcess({
  program: file,
  args,
  listening,
  ...options
}: ServerProgram): Promise<ServerProcess> {
  const program = new Program(file, args, options);
  const close = async () => {
    await program.end('SIGKILL').catch(() => {});
  };
  try {
    return { line: await program.waitForLine((line) => (line.includes(listening) ? line : undefined)), close };
  } catch (error) {
    await close();
    throw error;
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
