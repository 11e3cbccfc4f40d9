import { type Command, runCommand, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { checkResult } from './check-result.ts';
import { type FaultRunResult, runFaults } from './fault-run.ts';
import { loopback } from './network/loopback.ts';
import { namespaces, whyNoNamespaces } from './network/namespaces.ts';
import type { Network } from './network/network.ts';
import type { TestedClient } from './tested-client.ts';

const usage = `Breaks three servers, one after the other, while a client calls them: kill, hang, drain, GOAWAY, RST,
lost packets, a slow network, a server that is 20 times slower, errors; a name server that is away or lies. Then it
measures: how even the shares of healthy servers are, what a slow server costs, and how soon a server that is back, and
a fourth one, are used.

  pnpm test:soak client [options]

  --client C    rpc-client (the default), grpc-js, connect-node or grpc-go
  --faults N    the number of faults (1000: about 25 minutes)
  --seed S      repeat the faults of an earlier run
  --network N   namespaces: a network namespace for each server (needs Linux, root, ip and iptables), or loopback;
                the default is namespaces where they can be had
  --help        print this text

It passes when no call that may be repeated has failed, no create was done twice, servers received at most 1.1 requests
for each call, their shares were within 5 % of even, 99 of 100 reads took at most 1.5 times as long beside a slow
server, and a server that is new or back was used within 2 s. The last three need a quiet machine.
`;

const text = { type: 'string' } as const;

/** Loaded one at a time: grpc-js reads its settings when it is loaded. */
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

const command: Command<{ client: typeof text; faults: typeof text; seed: typeof text; network: typeof text }> = {
  usage,
  options: { client: text, faults: text, seed: text, network: text },
  async run({ values, print, signal }) {
    const faults = wholeNumber('faults', values.faults, 1_000);
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 1_000_000));
    const load = clients[values.client ?? 'rpc-client'];
    if (load === undefined) throw new UsageError(`--client must be one of ${Object.keys(clients).join(', ')}`);
    using network = await networkNamed(values.network);
    print(`seed ${seed}, servers in ${network.name}`);
    const { client } = await load();
    const result = await runFaults({
      client,
      network,
      faults,
      seed,
      phaseMs,
      signal,
      onFault: (done, fault) => {
        if (done % 50 === 0) print(`${done} of ${faults} faults; next: ${fault}`);
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
