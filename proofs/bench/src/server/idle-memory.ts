import { withIdleConnections } from './go-load.ts';
import type { ServerProcess } from './server-process.ts';

const few = 50;
const many = 1_050;

/** @returns the growth of a server's process for each connection, in bytes, after garbage collection */
export async function connectionBytes(server: ServerProcess): Promise<number> {
  // The first connections load, compile and allocate code and data that later ones share.
  const held = (connections: number) => withIdleConnections(server.url, connections, () => server.residentBytes());
  const before = await held(few);
  return ((await held(many)) - before) / (many - few);
}
