import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process that says in its first line how it can be reached. */
export interface AnnouncedProcess {
  readonly line: string;
  close(): Promise<void>;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** @throws {Error} with what it wrote, when it ends without a line */
export async function startAnnounced(
  program: string,
  args: readonly string[],
  { cwd, env }: SpawnOptions,
): Promise<AnnouncedProcess> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return {
      line,
      async close() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
  await ended;
  throw new Error(`${program} ${args.join(' ')} has ended\n${errors}`);
}
