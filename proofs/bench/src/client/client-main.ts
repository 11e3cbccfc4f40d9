// A client in its own process. It reads jobs as lines of JSON, and writes the figures of each job.
import { createInterface } from 'node:readline';
import { median } from '../median.ts';
import type { BenchClient, CallKind, ClientFigures, Job } from './bench-client.ts';
import { clientsOf } from './clients/index.ts';

const make = clientsOf(process.argv[2]);
const ready = new Map<string, readonly BenchClient[]>();

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as Job;
  const key = `${job.host} ${job.connections}`;
  const clients = ready.get(key) ?? make(job.host, job.connections);
  ready.set(key, clients);
  process.stdout.write(`${JSON.stringify(await run(clients, job))}\n`);
}
process.exit();

async function run(clients: readonly BenchClient[], job: Job): Promise<ClientFigures> {
  const { kind, connections, calls, seconds } = job;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const until = start + 1_000 * seconds;
  const worker = async (call: () => Promise<number>) => {
    let count = 0;
    for (let begin = start; begin < until; ) {
      count += await call();
      const end = performance.now();
      if (kind === 'latency') times.push(end - begin);
      begin = end;
    }
    return count;
  };
  const workers = Array.from({ length: connections * calls }, (_, index) =>
    worker(callOf(clients[index % clients.length] as BenchClient, kind)),
  );
  const count = (await Promise.all(workers)).reduce((sum, each) => sum + each, 0);
  const elapsed = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const figure = kind === 'latency' ? median(times) * 1_000 : count / elapsed;
  return { figure, cpuMicroseconds: (user + system) / count };
}

function callOf(client: BenchClient, kind: CallKind): () => Promise<number> {
  if (kind === 'server-stream') return () => client.serverStream();
  return kind === 'client-stream' ? () => client.clientStream() : () => client.unary();
}
