import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { root } from '@example/kit/root';
import { databasePath } from './data-folder.ts';
import type { ServiceSpec } from './service-spec.ts';

/** A service under `tsx watch`. */
export interface WatchedService {
  /** Resolves when it listens for the first time; never when it ends before. */
  readonly listening: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Asks it to end; a second call ends it at once. */
  end(): void;
}

/** How long a service may drain, in milliseconds: short, because somebody waits at a terminal. */
const drainMs = 2_000;

/** When a service that was asked to end has not, it is killed: tsx waits for ever for one that somebody killed. */
const killAfterMs = drainMs + 2_000;

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));

/**
 * Runs a service from its source and again whenever a file of it changes.
 *
 * @param folder the absolute path where it keeps its data
 * @param env variables that it is given besides
 * @param print is given each line that it writes
 */
export function watchService(
  spec: ServiceSpec,
  folder: string,
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
): WatchedService {
  const child = spawn(process.execPath, [tsx, 'watch', '--clear-screen=false', `packages/${spec.name}/src/main.ts`], {
    cwd: root,
    // A process group of its own: a terminal's Ctrl-C would else reach the service twice, and the second signal ends it at once.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      DRAIN_MS: `${drainMs}`,
      ...process.env,
      ...env,
      // Shells set this one for themselves, and a banner that waits for a line of the log must get it.
      HOST: 'localhost',
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
      if (line.startsWith(`${spec.name}: `)) print('It starts again when a file changes; Ctrl-C ends both services.');
    });
  read(child.stdout);
  read(child.stderr);

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

function isListening(line: string): boolean {
  try {
    return 'url' in JSON.parse(line);
  } catch {
    return false;
  }
}
