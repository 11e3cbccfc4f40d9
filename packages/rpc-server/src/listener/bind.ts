import type { AddressInfo, ListenOptions, Server } from 'node:net';

/** How many free ports are tried: a port that is free at the first address may be in use at the second. */
const freePortTries = 10;

/** Error codes of `listen` on a machine without IPv4 or without IPv6. */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Binds a server on the same port at every address of `host` that this machine has.
 *
 * @param host `localhost` is 127.0.0.1 and ::1; `::` is 0.0.0.0 on a machine without IPv6
 * @param port 0 takes a port that is free at all addresses
 * @returns the servers that listen, at least one, and their port
 * @throws the error of `net.Server.listen`, such as EADDRINUSE
 */
export async function bind(
  createServer: () => Server,
  host: string,
  port: number,
): Promise<{ servers: readonly Server[]; port: number }> {
  const addresses = host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
  try {
    return await bindTogether(createServer, addresses, port);
  } catch (error) {
    // On a machine without IPv6, 0.0.0.0 stands for all addresses.
    if (host === '::' && isMissing(error)) return await bindTogether(createServer, ['0.0.0.0'], port);
    throw error;
  }
}

async function bindTogether(
  createServer: () => Server,
  addresses: readonly string[],
  port: number,
): Promise<{ servers: readonly Server[]; port: number }> {
  for (let tryNumber = 1; ; tryNumber++) {
    const bound: Server[] = [];
    try {
      const boundPort = await bindAll(createServer, addresses, port, bound);
      return { servers: bound, port: boundPort };
    } catch (error) {
      await Promise.all(bound.map((server) => new Promise((resolve) => server.close(resolve))));
      if (port !== 0 || bound.length === 0 || tryNumber === freePortTries) throw error;
    }
  }
}

async function bindAll(
  createServer: () => Server,
  addresses: readonly string[],
  port: number,
  bound: Server[],
): Promise<number> {
  let boundPort = port;
  let missing: unknown;
  for (const host of addresses) {
    const server = createServer();
    try {
      await listenOn(server, { host, port: boundPort });
      boundPort = (server.address() as AddressInfo).port;
      bound.push(server);
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing = error;
    }
  }
  if (bound.length === 0) throw missing;
  return boundPort;
}

function isMissing(error: unknown): boolean {
  return noSuchAddress.has((error as NodeJS.ErrnoException).code ?? '');
}

/** @throws the error of `net.Server.listen` */
export function listenOn(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
