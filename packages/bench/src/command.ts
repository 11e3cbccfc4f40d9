import { parseArgs } from 'node:util';
import { benchGrowth } from './growth/growth-bench.ts';
import { benchStore } from './store/store-bench.ts';

const usage = `Measures side by side, in one run, on this machine.

  pnpm bench store [options]     creates and reads a second of each store
  pnpm bench growth [options]    what reads cost in a store of 1,000,000, against one of 1,000

  --rounds N   how often each of them has its turn (5)
  --help       this text
`;

type Suite = (rounds: number, print: (text: string) => void) => Promise<void>;

const suites: Readonly<Record<string, Suite>> = {
  store: (rounds, print) => benchStore({ rounds, turnMs: 1_000, print }),
  growth: (rounds, print) => benchGrowth({ rounds, small: 1_000, large: 1_000_000, reads: 20_000, print }),
};

/**
 * `pnpm bench`
 *
 * @returns the exit code
 */
export async function runBench(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const rounds = Number(values.rounds);
  const suite = suites[positionals.join()];
  if (values.help || suite === undefined || !(rounds >= 1)) {
    (values.help ? stdout : stderr).write(usage);
    return values.help ? 0 : 1;
  }
  await suite(rounds, (text) => stdout.write(text));
  return 0;
}
