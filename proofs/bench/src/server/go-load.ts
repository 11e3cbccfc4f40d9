import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { loadCore, pinned } from './cores.ts';
import { goProgram } from './peers.ts';

export interface GoLoad {
  readonly url: string;
  readonly connections: number;
  /** Calls at once on a connection. */
  readonly calls: number;
  readonly seconds: number;
}

export interface GoFigures {
  readonly callsPerSecond: number;
  /** Half of the calls took no longer. */
  readonly medianMicroseconds: number;
}

/** Calls GetUser from a client on grpc-go. @throws when a call fails */
export async function goLoad({ url, connections, calls, seconds }: GoLoad): Promise<GoFigures> {
  const args = [...target(url, connections), '-calls', `${calls}`, '-duration', `${seconds}s`];
  const [file, pinnedArgs] = pinned(loadCore, await goProgram('load'), args);
  const { stdout } = await promisify(execFile)(file, pinnedArgs);
  return JSON.parse(stdout) as GoFigures;
}

/** Keeps connections open, each of which has had one call, while `use` runs. */
export async function withIdleConnections<T>(url: string, connections: number, use: () => Promise<T>): Promise<T> {
  const child = spawn(await goProgram('load'), [...target(url, connections), '-hold'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited]);
    if (line !== '{}') throw new Error(`the client ended with ${line}`);
    return await use();
  } finally {
    child.stdin.end();
    await exited;
  }
}

function target(url: string, connections: number): string[] {
  return ['-target', new URL(url).host, '-connections', `${connections}`];
}
