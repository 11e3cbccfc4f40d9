import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface BuiltService {
  readonly url: string;
  /** The text that the process has written to standard error. */
  errors(): string;
  /** Sends a signal. @returns the exit code; null when the signal ended the process */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface BuiltOptions {
  /** The Node that runs the service. Default: this Node. */
  readonly node?: string;
  readonly env: Readonly<Record<string, string>>;
  /** The user and group of the process. */
  readonly id?: number | undefined;
}

const running = new Set<ChildProcess>();

/** Runs the start script of a folder without any other environment variables. @throws when it ends before it listens */
export async function startBuilt(folder: string, options: BuiltOptions): Promise<BuiltService> {
  const { node = process.execPath, env, id } = options;
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const flags = scripts.start.split(' ').slice(1, -1);
  const child = spawn(node, [...flags, join(folder, 'main.js')], {
    cwd: '/',
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(id !== undefined && { uid: id, gid: id }),
  });
  running.add(child);
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      errors: () => stderr,
      end(signal = 'SIGTERM') {
        child.kill(signal);
        return exited;
      },
    };
  }
  await exited;
  throw new Error(stderr);
}

export async function killAll(): Promise<void> {
  const ended = [...running].map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ended);
}
