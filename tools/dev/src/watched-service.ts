import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { root } from '@example/kit/root';
import { databasePath } from './data-folder.ts';
import type { ServiceSpec } from './service-spec.ts';

/** A service that runs under `tsx watch`. */
export interface WatchedService {
  /** Resolves when the service listens for the first time; never if it exits before. */
  readonly listening: Promise<void>;
  /** Resolves when the process has exited. */
  readonly ended: Promise<void>;
  /** Starts a graceful shutdown; a second call kills the process. */
  end(): void;
}

/** The drain time of a service, in milliseconds: short, because somebody waits at a terminal. */
const drainMs = 2_000;

/** Time until the process group is killed, in milliseconds. tsx would wait forever for a service that was killed. */
const killAfterMs = drainMs + 2_000;

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));

/** Ends `tsx watch`, and the service with it, when `pnpm dev` is gone, even if it was killed. */
const endWithDev = `data:text/javascript,${encodeURIComponent(`
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();`)}`;

/**
 * Runs a service from its source and restarts it when one of its files changes.
 *
 * @param folder the absolute path of the data folder
 * @param env additional environment variables
 * @param print called with each line of output
 */
export function watchService(
  spec: ServiceSpec,
  folder: string,
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
): WatchedService {
  const program = `packages/${spec.name}/src/main.ts`;
  const { inspect, nodeOptions } = separateInspector(process.env['NODE_OPTIONS']);
  const args = ['--import', endWithDev, tsx, 'watch', '--clear-screen=false', ...inspect, program];
  const child = spawn(process.execPath, args, {
    cwd: root,
    // A process group of its own. Otherwise a terminal's Ctrl-C would reach the service twice, and a second signal
    // stops it without draining.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      DRAIN_MS: `${drainMs}`,
      ALLOWED_HOSTS: 'localhost,127.0.0.1,[::1]',
      ...process.env,
      ...env,
      NODE_OPTIONS: nodeOptions,
      // Some shells set HOST to the name of the machine.
      HOST: 'localhost',
      // The banner waits for a line that is logged at level info.
      LOG_LEVEL: process.env['LOG_LEVEL'] === 'debug' ? 'debug' : 'info',
      PORT: `${spec.port}`,
      DATABASE_URL: `sqlite:${databasePath(folder, spec)}`,
    },
  });
  const { promise: listening, resolve: nowListening } = Promise.withResolvers<void>();
  const read = (stream: Readable) =>
    createInterface({ input: stream }).on('line', (line) => {
      print(line);
      if (isListening(line)) nowListening();
      if (line.startsWith(`${spec.name}: `))
        print('It starts again when one of its files changes; Ctrl-C stops both services.');
    });
  read(child.stdout as Readable);
  read(child.stderr as Readable);

  const kill = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  let killLater: NodeJS.Timeout | undefined;
  return {
    listening,
    ended: once(child, 'close').then(() => clearTimeout(killLater)),
    end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (killLater !== undefined) {
        kill();
        return;
      }
      child.kill('SIGTERM');
      killLater = setTimeout(kill, killAfterMs);
    },
  };
}

/** Takes `--inspect` out of NODE_OPTIONS, and gives the service a port of its own, which Node prints. */
function separateInspector(nodeOptions = ''): { inspect: string[]; nodeOptions: string } {
  const pattern = /(--inspect(?:-brk|-wait)?)(?:=\S+)?(?=\s|$)/g;
  return {
    inspect: [...nodeOptions.matchAll(pattern)].map(([, option]) => `${option}=0`),
    nodeOptions: nodeOptions.replaceAll(pattern, ''),
  };
}

function isListening(line: string): boolean {
  try {
    return 'url' in JSON.parse(line);
  } catch {
    return false;
  }
}
