import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * A script that reads lines, each with the process groups of all running programs. When its input ends, it kills the
 * groups of the last line.
 */
const script = 'while read -r line; do groups=$line; done; [ -z "$groups" ] || kill -s KILL -- $groups';

let input: Socket | undefined;

/**
 * Makes programs end with this process, even if this process is killed. A shell kills them. Without a shell they
 * continue to run.
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
