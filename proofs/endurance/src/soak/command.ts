import { parseArgs } from 'node:util';
import type { Holdings } from './holdings.ts';
import { faultsOf } from './judge.ts';
import type { Done } from './load.ts';
import { soak } from './soak.ts';

const usage = `Keeps OrderService on ENGINE=fast under mixed load, and looks whether anything is left of it when the clients have gone.

  pnpm test:soak [options]

  --minutes M   how long, of load (30)
  --seed S      makes clients do what they did in an earlier run
  --help        this text
`;

const minuteMs = 60_000;
const periods = 30;

/**
 * `pnpm test:soak`
 *
 * @returns the exit code: 0 when the heap is flat, and no stream, socket or timer is left
 */
export async function runSoak(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const asked = readArgs(args);
  if (typeof asked === 'string') {
    (asked === usage ? stdout : stderr).write(asked);
    return asked === usage ? 0 : 1;
  }
  const { minutes, seed } = asked;
  stdout.write(`seed ${seed}\n`);
  let period = 0;
  const result = await soak({
    loadMs: minutes * minuteMs,
    periods,
    seed,
    onPeriod: (holdings, done) => stdout.write(`${period++} of ${periods}: ${said(holdings)}; ${told(done)}\n`),
  });
  const faults = faultsOf(result);
  for (const fault of faults) stdout.write(`${fault}\n`);
  const [first, last] = [result.holdings[0], result.holdings.at(-1)] as [Holdings, Holdings];
  stdout.write(`first: ${said(first)}\nlast:  ${said(last)}\n${told(result.done)}\n`);
  stdout.write(faults.length === 0 ? 'nothing is left\n' : `failed: run again with --seed ${seed}\n`);
  return faults.length === 0 ? 0 : 1;
}

function said({ heapBytes, externalBytes, residentBytes, objects }: Holdings): string {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const counts = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`);
  return `heap ${megabytes(heapBytes)}, outside ${megabytes(externalBytes)}, in all ${megabytes(residentBytes)}, ${counts.join(', ')}`;
}

function told({ succeeded, aborted, connections }: Done): string {
  const number = (value: number) => value.toLocaleString('en');
  return `${number(succeeded)} calls, ${number(aborted)} aborted, ${number(connections)} connections`;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): { minutes: number; seed: number } | string {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { minutes: string, seed: string, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return usage;
    const minutes = Number(values.minutes ?? 30);
    const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
    if (!(minutes > 0)) return `--minutes must be more than 0\n\n${usage}`;
    return Number.isInteger(seed) && seed >= 0
      ? { minutes, seed }
      : `--seed must be a whole number, 0 or more\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
