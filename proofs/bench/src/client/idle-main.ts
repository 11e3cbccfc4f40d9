// Opens connections that become idle, and writes the growth of this process for each of them.
import { setTimeout } from 'node:timers/promises';
import { collectGarbage } from '../collect-garbage.ts';
import type { BenchClient, ConnectionMemory } from './bench-client.ts';
import { clientsOf } from './clients/index.ts';

const few = 50;
const many = 1_050;
/** The time that Node's threads need to release the memory of garbage, in milliseconds. */
const releaseMs = 1_000;

const [name, host = ''] = process.argv.slice(2);
const make = clientsOf(name);
const clients: BenchClient[] = [];

// The first connections pay for code and data that are loaded, compiled or allocated once.
const before = await memoryWith(few);
const after = await memoryWith(many);
const memory: ConnectionMemory = {
  objectBytes: (after.objectBytes - before.objectBytes) / (many - few),
  residentBytes: (after.residentBytes - before.residentBytes) / (many - few),
};
process.stdout.write(`${JSON.stringify(memory)}\n`, () => process.exit());

async function memoryWith(connections: number): Promise<ConnectionMemory> {
  while (clients.length < connections) {
    const [client] = make(host, 1);
    await client?.unary();
    if (client !== undefined) clients.push(client);
  }
  await collectGarbage();
  await setTimeout(releaseMs);
  await collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { objectBytes: heapUsed + external, residentBytes: rss };
}
