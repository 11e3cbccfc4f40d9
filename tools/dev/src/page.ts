import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { root } from '@example/kit/root';
import type { Addresses, DevAccount } from '@example/web/page-config';
import type { Certificates } from './credentials.ts';
import type { RunningProgram } from './watched-service.ts';

export interface PageSettings {
  readonly port: number;
  readonly addresses: Addresses;
  readonly accounts: readonly DevAccount[];
  /** The certificates; undefined without TLS. */
  readonly tls: Certificates['env'] | undefined;
}

/** Ends the program when `pnpm dev` exits, even if `pnpm dev` was killed. */
const endWithDev = `data:text/javascript,${encodeURIComponent(`process.on('disconnect', () => process.exit());`)}`;

/**
 * Serves examples/web with Vite, which updates the page in the browser when one of its files changes. Vite runs in a
 * separate process, because it ends its own process.
 *
 * @param print called with each line of output
 */
export function runPage(settings: PageSettings, print: (line: string) => void): RunningProgram {
  const program = fileURLToPath(new URL('page-server.ts', import.meta.url));
  const args = ['--import', endWithDev, '--import', import.meta.resolve('tsx'), program];
  const child = spawn(process.execPath, args, {
    cwd: root,
    // A terminal's Ctrl-C then reaches only `pnpm dev`, which ends all programs.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PAGE: JSON.stringify(settings) },
  });
  for (const stream of [child.stdout, child.stderr] as readonly Readable[]) {
    createInterface({ input: stream }).on('line', (line) => line.trim() !== '' && print(line));
  }
  return {
    listening: once(child, 'message').then(() => {}),
    ended: once(child, 'close').then(() => {}),
    end: () => end(child),
  };
}

function end(child: ChildProcess): void {
  child.kill(child.killed ? 'SIGKILL' : 'SIGTERM');
}
