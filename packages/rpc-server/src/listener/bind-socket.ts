import { lstatSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { listenOn } from './bind.ts';

const socketPrefix = 'unix:';

/** The path of the socket if HOST names one, otherwise undefined. */
export function socketPath(host: string): string | undefined {
  return host.startsWith(socketPrefix) ? host.slice(socketPrefix.length) : undefined;
}

/**
 * Binds a server on a Unix domain socket. Node removes the socket's file when the server closes. The file of a process
 * that was killed is replaced.
 *
 * @param mode the permissions of the file, in octal
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function bindSocket(createServer: () => Server, path: string, mode: string): Promise<Server> {
  const server = createServer();
  try {
    await listenWithMode(server, path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isAbandoned(path))) throw error;
    rmSync(path);
    await listenWithMode(server, path, mode);
  }
  return server;
}

/** Sets the permissions by umask, so that the file has them as soon as it exists: `listen` creates it synchronously. */
function listenWithMode(server: Server, path: string, mode: string): Promise<void> {
  const before = process.umask(0o777 & ~Number.parseInt(mode, 8));
  try {
    return listenOn(server, { path });
  } finally {
    process.umask(before);
  }
}

/** Whether a file is a socket on which no process listens. */
function isAbandoned(path: string): Promise<boolean> {
  if (!lstatSync(path).isSocket()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}
