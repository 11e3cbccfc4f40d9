import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** The code of the state LISTEN in /proc/net/tcp. */
const listen = '0A';

/**
 * Finds the process that listens on a TCP port.
 *
 * @returns such as `process 4711 (node … src/main.ts)`; undefined when another user runs the process, and without /proc
 */
export function listenerOn(port: number): string | undefined {
  try {
    const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listeningSockets(`/proc/net/${table}`, port)));
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsOne(name, sockets));
    return pid && `process ${pid} (${commandOf(pid)})`;
  } catch {
    return undefined;
  }
}

/** The program and its last argument, because there may be many arguments. */
function commandOf(pid: string): string {
  const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  return [basename(program), ...(args.length > 1 ? ['…'] : []), ...args.slice(-1)].join(' ');
}

/** The sockets in the form in which /proc/PID/fd links to them. */
function listeningSockets(table: string, port: number): string[] {
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(localPort) && state === listen)
    .map((columns) => `socket:[${columns[9]}]`);
}

function holdsOne(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    // The process has ended, or belongs to another user.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
