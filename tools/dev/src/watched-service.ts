import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { root } from '@example/kit/root';
import { databasePath } from './data-folder.ts';
import type { DevService } from './dev-service.ts';

/** A program that `pnpm dev` runs. */
export interface RunningProgram {
  /** Resolves when the program listens for the first time; never if it exits before. */
  readonly listening: Promise<void>;
  /** Resolves when the process has exited. */
  readonly ended: Promise<void>;
  /** The first call starts a graceful shutdown; the second kills the process. */
  end(): void;
}

/** The drain time of a service, in milliseconds. It is short, because a person waits at a terminal. */
const drainMs = 1_000;

/** More calls than this machine can make, so that a load test here measures the service and not its rate limit. */
const callsPerSecond = 1_000_000;

/** Time until the process group is killed, in milliseconds. tsx would wait forever for a service that was killed. */
const killAfterMs = drainMs + 3_000;

/** The pause between two checks whether a service listens, in milliseconds. */
const lookMs = 500;

const startsAgain = 'It starts again when one of its files changes; Ctrl-C stops all services.';

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));

/** Ends `tsx watch`, and the service with it, when `pnpm dev` exits, even if `pnpm dev` was killed. */
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
  service: DevService,
  folder: string,
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
): RunningProgram {
  const program = `packages/${service.folder}/src/main.ts`;
  const { inspect, nodeOptions } = separateInspector(process.env['NODE_OPTIONS']);
  const args = ['--import', endWithDev, tsx, 'watch', '--clear-screen=false', ...inspect, program];
  const child = spawn(process.execPath, args, {
    cwd: root,
    // Starts the service in its own process group. Otherwise a terminal's Ctrl-C would reach the service twice, and the
    // second signal ends it without draining.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      DRAIN_MS: `${drainMs}`,
      CALLS_PER_SECOND: `${callsPerSecond}`,
      // Envoy's health checks use the name of the service as their host.
      ALLOWED_HOSTS: `localhost,127.0.0.1,[::1],${service.folder}`,
      ...process.env,
      ...env,
      NODE_OPTIONS: nodeOptions,
      // Some shells set HOST to the name of the machine.
      HOST: 'localhost',
      // The banner waits for a line that is logged at level info.
      LOG_LEVEL: process.env['LOG_LEVEL'] === 'debug' ? 'debug' : 'info',
      PORT: `${service.port}`,
      DATABASE_URL: `sqlite:${databasePath(folder, service)}`,
    },
  });
  const { promise: listening, resolve: nowListening } = Promise.withResolvers<void>();
  let stopWatching = () => {};
  const read = (stream: Readable) =>
    createInterface({ input: stream }).on('line', (line) => {
      print(line);
      const { url, pid, signal } = fieldsOf(line);
      if (url !== undefined && pid !== undefined) {
        nowListening();
        stopWatching = whenGone(pid, () => print(`${service.folder} has ended without a shutdown. ${startsAgain}`));
      }
      if (signal !== undefined) stopWatching();
      if (line.startsWith(`${service.folder}: `)) print(startsAgain);
    });
  read(child.stdout as Readable);
  read(child.stderr as Readable);

  const kill = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  let killLater: NodeJS.Timeout | undefined;
  return {
    listening,
    ended: once(child, 'close').then(() => {
      clearTimeout(killLater);
      stopWatching();
    }),
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

/** Removes `--inspect` from NODE_OPTIONS, and gives the service an inspector port of its own. Node prints the port. */
function separateInspector(nodeOptions = ''): { inspect: string[]; nodeOptions: string } {
  const pattern = /(--inspect(?:-brk|-wait)?)(?:=\S+)?(?=\s|$)/g;
  return {
    inspect: [...nodeOptions.matchAll(pattern)].map(([, option]) => `${option}=0`),
    nodeOptions: nodeOptions.replaceAll(pattern, ''),
  };
}

/** The fields of a log line that show the state of the service. */
interface StateFields {
  /** The URL, in the line of a service that listens. */
  readonly url?: string;
  readonly pid?: number;
  /** The signal, in the line of a service that shuts down. */
  readonly signal?: string;
}

function fieldsOf(line: string): StateFields {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

/**
 * Calls `gone` when a process has ended, because tsx does not report processes that were killed.
 *
 * @returns a function that stops the watch
 */
function whenGone(pid: number, gone: () => void): () => void {
  const timer = setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      clearInterval(timer);
      gone();
    }
  }, lookMs);
  return () => clearInterval(timer);
}
