import { fileURLToPath } from 'node:url';
import { Program, type ProgramOptions, urlIn } from './program.ts';

/** A server of ours in its own process. */
export interface NodeServer extends AsyncDisposable {
  readonly url: string;
  readonly program: Program;
}

export interface NodeServerOptions extends Pick<ProgramOptions, 'hasInput' | 'onLine'> {
  readonly nodeOptions?: readonly string[];
  /** The beginning of a command that runs another command, such as `ip netns exec NAME`. */
  readonly launcher?: readonly string[];
}

/** The timeout of a server's end after SIGTERM, in milliseconds. It is longer than the drain of calls in progress. */
const endMs = 20_000;

const unlimited = { CALLS_PER_SECOND: '1000000', CALL_BURST: '1000000', OVERLOAD_DELAY_MS: '60000' };

/** The arguments with which this Node runs a TypeScript module, from any folder. */
export function nodeArgs(module: string | URL): string[] {
  return ['--import', import.meta.resolve('tsx'), module instanceof URL ? fileURLToPath(module) : module];
}

/**
 * Starts a server that logs `{"url":…}` in a line of JSON once it listens, as servers on `runService` do. The server
 * uses a free port, and has no limits of rate and load unless `env` sets them. Disposing of the server ends its process
 * with SIGTERM.
 *
 * @param module the path of its main module
 * @throws when it ends before it listens; its last lines are in the message
 */
export async function startNodeServer(
  module: string | URL,
  env: Readonly<Record<string, string>> = {},
  options: NodeServerOptions = {},
): Promise<NodeServer> {
  const { launcher = [], nodeOptions = [], ...rest } = options;
  const [file, ...args] = [...launcher, process.execPath, ...nodeOptions, ...nodeArgs(module)];
  const program = new Program(file as string, args, {
    name: String(module),
    isEnvClean: true,
    env: { PORT: '0', ...unlimited, ...env },
    ...rest,
  });
  try {
    const url = await program.waitForLine(urlIn);
    return {
      url,
      program,
      async [Symbol.asyncDispose]() {
        await program.end('SIGTERM', endMs);
      },
    };
  } catch (error) {
    await program.end('SIGKILL');
    throw error;
  }
}
