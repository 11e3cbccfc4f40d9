import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports below the range from which systems assign ports, so that no other program gets the port before it is used. */
const firstPort = 20_000;
const portCount = 9_000;

/** @returns a port of localhost that is free on IPv4 and IPv6 */
export async function freePort(): Promise<number> {
  while (true) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if ((await isFree('127.0.0.1', port)) && (await isFree('::1', port))) return port;
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The machine may have no IPv6.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return true;
    if (code !== 'EADDRINUSE') throw error;
    return false;
  } finally {
    server.close();
  }
}
