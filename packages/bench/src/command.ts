import { parseArgs } from 'node:util';
import { benchGrowth } from './growth/growth-bench.ts';
import { benchStore } from './store/store-bench.ts';

const usage = `Measures side by side, in one run, on this machine.

  pnpm bench store [options]     creates and reads a second of each store
  pnpm bench growth [options]    what reads cost in a store of 1,000,000, against one of 1,000

  --rounds N   how often each of them has its turn (5)
  --help       this text
`;

/** @returns whether its goal is reached */
type Suite = (rounds: number, print: (text: string) => void) => Promise<boolean>;

const suites: Readonly<Record<string, Suite>> = {
  store: (rounds, print) => benchStore({ rounds, turnMs: 1_000, print }),
  growth: (rounds, print) => benchGrowth({ rounds, small: 1_000, large: 1_000_000, reads: 20_000, print }),
};

/**
 * `pnpm bench`
 *
 * @returns the exit code: 0 when the goal of the suite is reached
 */
export async function runBench(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const asked = readArgs(args);
  if (typeof asked === 'string') {
    (asked === usage ? stdout : stderr).write(asked);
    return asked === usage ? 0 : 1;
  }
  return (await asked.suite(asked.rounds, (text) => stdout.write(text))) ? 0 : 1;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): { suite: Suite; rounds: number } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { rounds: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return usage;
    const suite = suites[positionals.join()];
    const rounds = Number(values.rounds ?? 5);
    if (suite === undefined) return `which of ${Object.keys(suites).join(', ')}?\n\n${usage}`;
    return Number.isInteger(rounds) && rounds >= 1 ? { suite, rounds } : `--rounds must be 1 or more\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
