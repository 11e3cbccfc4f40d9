import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Reads the process groups of the running programs. Kills the last ones when its input ends. */
const script = 'while read -r line; do groups=$line; done; [ -z "$groups" ] || kill -s KILL -- $groups';

let input: Socket | undefined;

/**
 * Makes programs end with this process, even if this process is killed. Then a shell kills them. Without a shell, they
 * stay.
 *
 * @param pids the leaders of the process groups of all running programs
 */
export function endWithProcess(pids: readonly number[]): void {
  input ??= startShell();
  input.write(`${pids.map((pid) => -pid).join(' ')}\n`);
}

function startShell(): Socket {
  const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const stdin = shell.stdin as Socket;
  for (const emitter of [shell, stdin]) emitter.on('error', () => {});
  for (const handle of [shell, stdin]) handle.unref();
  return stdin;
}
