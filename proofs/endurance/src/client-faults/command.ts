import { type Command, runCommand, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { checkResult } from './check-result.ts';
import { type FaultRunResult, runFaults, type TestedClient } from './fault-run.ts';

const usage = `Breaks three servers, one after the other, while a client calls them: kill, hang, drain, RST, half-open
connections, a slow network, errors. Then it adds a fourth server.

  pnpm test:soak client [options]

  --client C   rpc-client (the default) or grpc-js
  --faults N   the number of faults (1,000: about half an hour)
  --seed S     repeat the faults of an earlier run
  --help       print this text

It passes when no call that may be repeated has failed, no create had an effect twice, and servers received at most 1.1
requests for each call.
`;

const text = { type: 'string' } as const;

/** Imported when needed, because grpc-js reads its settings when it is imported. */
const clients: Readonly<Record<string, () => Promise<{ client: TestedClient }>>> = {
  'rpc-client': () => import('./clients/rpc-client.ts'),
  'grpc-js': () => {
    process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
    return import('./clients/grpc-js.ts');
  },
};

const command: Command<{ client: typeof text; faults: typeof text; seed: typeof text }> = {
  usage,
  options: { client: text, faults: text, seed: text },
  async run({ values, print, signal }) {
    const faults = wholeNumber('faults', values.faults, 1_000);
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 1_000_000));
    print(`seed ${seed}`);
    const load = clients[values.client ?? 'rpc-client'];
    if (load === undefined) throw new UsageError(`--client must be ${Object.keys(clients).join(' or ')}`);
    const { client } = await load();
    const result = await runFaults({
      client,
      faults,
      seed,
      healthyMs: 20_000,
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

function describe({ outcome, doubled, amplification, spread, fourthAfterMs }: FaultRunResult): string {
  const { idempotent, creates, durations } = outcome;
  const sorted = durations.toSorted((a, b) => a - b);
  const quantile = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return [
    `${idempotent.failed} of ${idempotent.made} calls that may be repeated failed`,
    `${creates.failed} of ${creates.made} other creates failed, ${doubled} were done twice`,
    `${amplification.toFixed(3)} requests a call`,
    `half of the reads took at most ${quantile(0.5)} ms, 99 of 100 at most ${quantile(0.99)} ms`,
    `spread ${(100 * spread).toFixed(1)} %, a fourth server after ${Math.round(fourthAfterMs)} ms`,
  ].join('\n');
}
