import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { testEnvironment } from './test-config.ts';

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends a signal and resolves with the exit code, null when the signal ended the process. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a service and waits until it logs its URL.
 *
 * @param main the path of its main.ts
 * @param env variables besides PATH. By default the service listens on a free port, with a rate limit that no test
 *   reaches
 * @throws when the service exits before that; the message is its output on standard error
 */
export async function startProcess(main: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], PORT: '0', ...testEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
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
      process: child,
      end: (signal) => {
        child.kill(signal);
        return exited;
      },
    };
  }
  await exited;
  throw new Error(stderr);
}

/**
 * Starts a service, and sends it SIGTERM when it begins to load its modules.
 *
 * @returns the exit code; null when the signal ended the process before it had a handler
 */
export async function endWhileLoading(main: string, env: Readonly<Record<string, string>>): Promise<number | null> {
  const preload = `
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, nextLoad) {
        if (url.endsWith('/rpc-server/src/index.ts')) process.kill(process.pid, 'SIGTERM');
        return nextLoad(url, context);
      },
    });`;
  const args = ['--import', 'tsx', '--import', `data:text/javascript,${encodeURIComponent(preload)}`, main];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code;
}
