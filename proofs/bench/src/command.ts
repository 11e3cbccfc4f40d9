import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { benchGrowth } from './growth/growth-bench.ts';
import { benchServer } from './server/server-bench.ts';
import { benchStore } from './store/store-bench.ts';

const usage = `Measures side by side, in one run, on this machine.

  pnpm bench store [options]     creates and reads a second of each store
  pnpm bench growth [options]    what reads cost in a store of 1,000,000, against one of 1,000
  pnpm bench server [options]    our servers and those of others, under the same load; needs h2load, Go and Python

  --rounds N      how often each of them has its turn (5)
  --seconds S     how long a turn is, of server (2)
  --only NAME,…   workloads of server (all of them)
  --help          this text
`;

interface Asked {
  readonly rounds: number;
  readonly seconds: number;
  readonly only?: readonly string[] | undefined;
}

/** @returns whether its goal is reached */
type Suite = (asked: Asked, print: (text: string) => void) => Promise<boolean>;

const suites: Readonly<Record<string, Suite>> = {
  store: ({ rounds }, print) => benchStore({ rounds, turnMs: 1_000, print }),
  growth: ({ rounds }, print) => benchGrowth({ rounds, small: 1_000, large: 1_000_000, reads: 20_000, print }),
  server: (asked, print) => benchServer({ ...asked, print }),
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
  try {
    return (await asked.suite(asked, (text) => stdout.write(text))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError || error instanceof RangeError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): (Asked & { suite: Suite }) | string {
  const string = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { rounds: string, seconds: string, only: string, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return usage;
    const suite = suites[positionals.join()];
    if (suite === undefined) return `which of ${Object.keys(suites).join(', ')}?\n\n${usage}`;
    const rounds = Number(values.rounds ?? 5);
    const seconds = Number(values.seconds ?? 2);
    const isWhole = [rounds, seconds].every((number) => Number.isInteger(number) && number >= 1);
    if (!isWhole) return `--rounds and --seconds must be 1 or more\n\n${usage}`;
    return { suite, rounds, seconds, only: values.only?.split(',') };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
