import { setTimeout } from 'node:timers/promises';
import { withIdleConnections } from './go-load.ts';
import type { ServerProcess } from './server-process.ts';

const few = 50;
const many = 1_050;

/** The time that Node's threads need to release the memory of garbage, in milliseconds. */
const releaseMs = 1_000;

/** @returns the growth of a server's process for each connection, in bytes, after garbage collection */
export async function connectionBytes(server: ServerProcess): Promise<number> {
  const held = (connections: number) =>
    withIdleConnections(server.url, connections, async () => {
      await server.residentBytes();
      await setTimeout(releaseMs);
      return await server.residentBytes();
    });
  // The first connections pay for code and data that are loaded, compiled or allocated once.
  const before = await held(few);
  return ((await held(many)) - before) / (many - few);
}
