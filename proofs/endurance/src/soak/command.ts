import { type Command, runCommand, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { checkOutcome } from '../usage/check-outcome.ts';
import type { ResourceUsage } from '../usage/resource-usage.ts';
import type { Done } from '../usage/soak-result.ts';
import { soak } from './soak.ts';

const usage = `Keeps OrderService under mixed load, and checks that it releases the resources of clients that have left.

  pnpm test:soak [options]

  --minutes M   the duration of the load (30)
  --seed S      repeat the calls of an earlier run
  --help        print this text
`;

const defaultMinutes = 30;
const minuteMs = 60_000;
const periods = 30;

const text = { type: 'string' } as const;

const command: Command<{ minutes: typeof text; seed: typeof text }> = {
  usage,
  options: { minutes: text, seed: text },
  async run({ values, print }) {
    const minutes = Number(values.minutes ?? defaultMinutes);
    if (!(minutes > 0)) throw new UsageError('--minutes must be more than 0');
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 1_000_000));
    print(`seed ${seed}`);
    let period = 0;
    const result = await soak({
      loadMs: minutes * minuteMs,
      periods,
      seed,
      onPeriod: (used, done) => print(`${period++} of ${periods}: ${describeUsage(used)}; ${describeLoad(done)}`),
    });
    const faults = checkOutcome(result);
    for (const fault of faults) print(fault);
    const [first, last] = [result.usages[0], result.usages.at(-1)] as [ResourceUsage, ResourceUsage];
    print(`first: ${describeUsage(first)}\nlast:  ${describeUsage(last)}\n${describeLoad(result.done)}`);
    print(faults.length === 0 ? 'no leak found' : `failed: repeat with --seed ${seed}`);
    return faults.length === 0;
  },
};

/** Runs `pnpm test:soak`. @returns the exit code: 0 when the heap is flat, and no object or timer is left */
export async function runSoak(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

function describeUsage({ heapBytes, externalBytes, residentBytes, objects }: ResourceUsage): string {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const counts = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`);
  const memory = `heap ${megabytes(heapBytes)}, external ${megabytes(externalBytes)}, RSS ${megabytes(residentBytes)}`;
  return [memory, ...counts].join(', ');
}

function describeLoad({ succeeded, aborted, connections }: Done): string {
  const number = (value: number) => value.toLocaleString('en');
  return `${number(succeeded)} calls, ${number(aborted)} aborted, ${number(connections)} connections`;
}
