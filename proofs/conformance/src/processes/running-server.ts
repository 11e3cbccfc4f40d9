import { fileURLToPath } from 'node:url';
import { nodeArgs } from './node-program.ts';
import { whileRunning } from './while-running.ts';

export interface ServerOptions {
  /** The name of the engine that the server runs on. */
  readonly engine: string;
  /** Ends the server. */
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server listens after a second; one that takes longer than this, in milliseconds, never will. */
const startMs = 60_000;

/**
 * Runs a server of this package in a process of its own for as long as `use` takes.
 *
 * @param program the address of a module that logs `{"url":…}` in a line on standard output once it listens
 * @throws when the server ends before `use` does; what it wrote last is in the message
 */
export async function withServer<T>(
  program: URL,
  { engine, signal, env }: ServerOptions,
  use: (url: URL) => Promise<T>,
): Promise<T> {
  const name = fileURLToPath(program);
  const listening = Promise.withResolvers<URL>();
  const late = setTimeout(() => listening.reject(new Error(`${name} did not say where it listens`)), startMs);
  const options = {
    name,
    signal,
    env: { ...env, ENGINE: engine, PORT: '0' },
    onLine(line: string) {
      const url = urlIn(line);
      if (url === undefined) return;
      clearTimeout(late);
      listening.resolve(url);
    },
  };
  try {
    return await whileRunning(process.execPath, nodeArgs(program), options, () => listening.promise.then(use));
  } finally {
    clearTimeout(late);
  }
}

function urlIn(line: string): URL | undefined {
  try {
    const { url } = JSON.parse(line) as { url?: string };
    return url === undefined ? undefined : new URL(url);
  } catch {
    return undefined;
  }
}
