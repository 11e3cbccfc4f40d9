import { type Command, runCommand, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { checkOutcome } from '../usage/check-outcome.ts';
import type { ResourceUsage } from '../usage/resource-usage.ts';
import { checkResult } from './check-result.ts';
import { type FaultRunResult, runFaults } from './fault-run.ts';
import { loopback } from './network/loopback.ts';
import { namespaces, whyNoNamespaces } from './network/namespaces.ts';
import type { Network } from './network/network.ts';
import { usualPace } from './servers.ts';
import { type ClientSoakOptions, soakClient } from './soak-run.ts';
import type { TestedClient } from './tested-client.ts';

const usage = `Breaks three servers, one after the other, while a client calls them: kill, hang, drain, GOAWAY, RST,
lost packets, a slow network, a server that is 20 times slower, errors; a name server that is away or lies. Then it
measures: how even the shares of healthy servers are, what a slow server costs, and how soon a server that is back, and
a fourth one, are used.

  pnpm test:soak client [options]

  --client C    rpc-client (the default), grpc-js, connect-node or grpc-go
  --faults N    the number of faults (1000: about 25 minutes)
  --minutes M   look for leaks of rpc-client instead: for so long, with cancelled calls, short deadlines and streams
                among the others, and a transport that is opened and closed in each of 30 periods
  --seed S      repeat the faults of an earlier run
  --network N   namespaces: a network namespace for each server (needs Linux, root, ip and iptables), or loopback;
                the default is namespaces where they can be had
  --help        print this text

It passes when no call that may be repeated has failed, no create had an effect twice, servers received at most 1.1 requests
for each call, their shares were within 5 % of even, 99 of 100 reads took at most 1.5 times as long beside a slow
server, a new server was used within 2 s, and one that is back within 5 s. The last four need a quiet machine. With
--minutes, it passes when the heap stays flat, and close() leaves no connection, stream, call, socket or timer.
`;

const text = { type: 'string' } as const;

/** Imported when needed, because grpc-js reads its settings when it is imported. */
const clients: Readonly<Record<string, () => Promise<{ client: TestedClient }>>> = {
  'rpc-client': () => import('./clients/rpc-client.ts'),
  'grpc-js': () => {
    process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
    return import('./clients/grpc-js.ts');
  },
  'connect-node': () => import('./clients/connect-node.ts'),
  'grpc-go': () => import('./clients/grpc-go.ts'),
};

const phaseMs = 20_000;
/** How many times a run reports its progress. */
const reports = 20;

const minuteMs = 60_000;
const periods = 30;

const options = { client: text, faults: text, minutes: text, seed: text, network: text };

const command: Command<typeof options> = {
  usage,
  options,
  async run({ values, print, signal }) {
    const faults = wholeNumber('faults', values.faults, 1_000);
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 1_000_000));
    const load = clients[values.client ?? 'rpc-client'];
    if (load === undefined) throw new UsageError(`--client must be one of ${Object.keys(clients).join(', ')}`);
    using network = await networkNamed(values.network);
    print(`seed ${seed}, servers in ${network.name}`);
    if (values.minutes !== undefined) {
      const minutes = wholeNumber('minutes', values.minutes, 0, 1);
      return await lookForLeaks({ network, loadMs: minutes * minuteMs, periods, pace: usualPace, seed, signal }, print);
    }
    const { client } = await load();
    const result = await runFaults({
      client,
      network,
      faults,
      pace: usualPace,
      seed,
      phaseMs,
      signal,
      onFault: (done, fault) => {
        if (done % Math.ceil(faults / reports) === 0) print(`${done} of ${faults} faults; next: ${fault}`);
      },
    });
    print(describe(result));
    const broken = checkResult(result, true);
    for (const line of broken) print(line);
    print(broken.length === 0 ? 'passed' : `failed: repeat with --seed ${seed}`);
    return broken.length === 0;
  },
};

/** Runs `pnpm test:soak client`. @returns the exit code: 0 when the client has kept its promises */
export async function runClientFaults(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

async function lookForLeaks(soak: ClientSoakOptions, print: (line: string) => void): Promise<boolean> {
  let period = 0;
  const describePeriod = ({ heapBytes, externalBytes, objects }: ResourceUsage, calls: number) => {
    const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
    const counts = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`);
    const memory = `heap ${mebibytes(heapBytes)}, external ${mebibytes(externalBytes)}`;
    print(`${++period} of ${periods}: ${calls.toLocaleString('en')} calls; ${memory}, ${counts.join(', ')}`);
  };
  const broken = checkOutcome(await soakClient({ ...soak, onPeriod: describePeriod }));
  for (const line of broken) print(line);
  print(broken.length === 0 ? 'no leak found' : 'failed');
  return broken.length === 0;
}

async function networkNamed(name: string | undefined): Promise<Network> {
  if (name === 'loopback') return loopback();
  if (name !== undefined && name !== 'namespaces') throw new UsageError('--network must be namespaces or loopback');
  const why = await whyNoNamespaces();
  if (why === undefined) return namespaces();
  if (name === undefined) return loopback();
  throw new UsageError(`no network namespaces: ${why}. Use --network loopback`);
}

function describe(result: FaultRunResult): string {
  const { faults, outcome, doubled, lost, amplification, uncaught, healthy, oneSlow } = result;
  const { idempotent, creates } = outcome;
  const times = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) =>
    `half of the reads took at most ${p50Ms.toFixed(1)} ms, 99 of 100 at most ${p99Ms.toFixed(1)} ms`;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return [
    `${faults} faults: ${idempotent.failed} of ${idempotent.made} calls that may be repeated failed`,
    `${creates.failed} of ${creates.made} other creates failed; ${doubled} were done twice, ${lost} were lost`,
    `${amplification.toFixed(3)} requests a call, ${uncaught} uncaught exceptions`,
    `with faults: ${times(outcome)}`,
    `healthy: ${times(healthy)}; shares within ${(100 * result.spread).toFixed(1)} % of even`,
    `one server 20 times slower: ${times(oneSlow)}`,
    `used again ${seconds(result.backAfterMs)} after a server is back; a fourth after ${seconds(result.fourthAfterMs)}`,
  ].join('\n');
}
