import { parseArgs } from 'node:util';
import { crash, type Victim } from './crash-run.ts';

const usage = `Kills services, and processes of their PostgreSQL, under load, and compares what clients were told with what is stored.

  pnpm test:crash [options]

  --kills N           of services on SQLite (1000)
  --backend-kills N   of PostgreSQL's processes (200)
  --longest-life N    milliseconds that a service serves before it is killed, at most (1000)
  --seed N            makes the kills those of an earlier run: their moments, and whom they hit
  --help              this text
`;

/** How often it is said how far it is. */
const toldEvery = 50;

/**
 * `pnpm test:crash`
 *
 * @returns the exit code: 0 when nothing was lost, doubled or broken
 */
export async function runCrash(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const numbers = readArgs(args);
  if (typeof numbers === 'string') {
    (numbers === usage ? stdout : stderr).write(numbers);
    return numbers === usage ? 0 : 1;
  }
  const { kills, backendKills, longestLifeMs, seed } = numbers;
  stdout.write(`seed ${seed}\n`);
  let isPassed = true;
  const campaigns: [Victim, number, string][] = [
    ['service', kills, 'SQLite'],
    ['backend', backendKills, 'PostgreSQL'],
  ];
  for (const [victim, count, store] of campaigns) {
    if (count === 0) continue;
    const onKill = (done: number) => {
      if (done % toldEvery === 0) stdout.write(`${store}: ${done} of ${count} kills\n`);
    };
    const run = { longestLifeMs, seed, onKill };
    for (const [name, found] of await crash({ ...run, victim, kills: count })) {
      const { acknowledged, lost, doubled, broken } = found;
      stdout.write(
        `${store}, ${name}: ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${broken} broken\n`,
      );
      isPassed &&= lost + doubled + broken === 0 && acknowledged > 0;
    }
  }
  stdout.write(isPassed ? 'nothing lost, nothing doubled\n' : `failed: run again with --seed ${seed}\n`);
  return isPassed ? 0 : 1;
}

interface CrashArgs {
  readonly kills: number;
  readonly backendKills: number;
  readonly longestLifeMs: number;
  readonly seed: number;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): CrashArgs | string {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        kills: string,
        'backend-kills': string,
        'longest-life': string,
        seed: string,
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return usage;
    const numbers = {
      kills: Number(values.kills ?? 1_000),
      backendKills: Number(values['backend-kills'] ?? 200),
      longestLifeMs: Number(values['longest-life'] ?? 1_000),
      seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 32)),
    };
    const isWhole = Object.values(numbers).every((value) => Number.isInteger(value) && value >= 0);
    return isWhole ? numbers : `every number must be whole and not negative\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
