import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anyCommand, runOneOf, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { writeBetweenMarks } from '@example/kit/markdown';
import { root } from '@example/kit/root';
import { benchClient, loadNames } from './client/client-bench.ts';
import { benchGrowth } from './growth/growth-bench.ts';
import { benchOverload } from './overload/overload-bench.ts';
import { comparisons } from './report/comparison-report.ts';
import { describeMachine } from './report/machine.ts';
import { benchServer } from './server/server-bench.ts';
import { workloadNames } from './server/workloads/index.ts';
import { benchStore } from './store/store-bench.ts';
import { benchWorkers } from './workers/workers-bench.ts';

const usage = `Measures several implementations in the same run on this machine, and compares them.

  pnpm bench store    creates and reads per second of each store
  pnpm bench growth   the cost of reads in a store of 1,000,000, compared with a store of 1,000
  pnpm bench server   our server and others under the same load; needs h2load, Go and Python
  pnpm bench client   our client and others with the same servers; needs Go
  pnpm bench overload our server and others under more load than they can serve; needs Go
  pnpm bench workers  a service with two workers and with one process; needs h2load
  pnpm bench report   protobuf and JSON, gRPC and REST, three ways of balancing; needs h2load, Go and Python

Each command has --help.
`;

/** The page that `--write` changes. */
const page = 'docs/results/speed.md';
const clientPage = 'docs/results/client.md';
const overloadPage = 'docs/results/overload.md';
const comparisonPage = 'docs/results/comparisons.md';
const overloadChart = 'docs/results/overload.svg';

const text = { type: 'string' } as const;
const defaultRounds = 5;
const defaultSeconds = 2;
const overloadBenchSeconds = 5;

const roundsUsage = `--rounds N      the number of rounds; all have one turn in each (${defaultRounds})`;

/**
 * @param only the value of --only. @returns its names, or all names without it. @throws {UsageError} for an unknown
 *   name
 */
function chosenFrom<Name extends string>(
  what: string,
  names: readonly Name[],
  only: string | undefined,
): readonly Name[] {
  if (only === undefined) return names;
  const wanted = only.split(',');
  const unknown = wanted.filter((name) => !names.some((known) => known === name));
  if (unknown.length === 0) return wanted as Name[];
  throw new UsageError(`there is no ${what} ${unknown.join()}; choose from: ${names.join(', ')}`);
}

const store = anyCommand({
  usage: `Measures creates and reads a second of each store.

  pnpm bench store [options]

  ${roundsUsage}
  --help          print this text
`,
  options: { rounds: text },
  run: ({ values, print }) =>
    benchStore({ rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1), turnMs: 1_000, print }),
});

const growth = anyCommand({
  usage: `Measures the cost of reads in a store of 1,000,000, as a ratio to a store of 1,000.

  pnpm bench growth [options]

  ${roundsUsage}
  --help          print this text
`,
  options: { rounds: text },
  run: ({ values, print }) =>
    benchGrowth({
      rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1),
      small: 1_000,
      large: 1_000_000,
      reads: 20_000,
      print,
    }),
});

const server = anyCommand({
  usage: `Measures our server and others under the same load. It needs h2load, Go and Python.

  pnpm bench server [options]

  ${roundsUsage}
  --seconds N     the length of a turn (${defaultSeconds})
  --only NAME,…   only these workloads; all without the option: ${workloadNames.join(', ')}
  --write         write the tables of all workloads into ${page}
  --help          print this text
`,
  options: { rounds: text, seconds: text, only: text, write: { type: 'boolean' } },
  async run({ values, print }) {
    const only = chosenFrom('workload', workloadNames, values.only);
    const { isReached, markdown } = await benchServer({
      rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1),
      seconds: wholeNumber('seconds', values.seconds, defaultSeconds, 1),
      only,
      print,
    });
    if (values.write && only === workloadNames) writeBetweenMarks(join(root, page), 'the tables', markdown);
    return isReached;
  },
});

const client = anyCommand({
  usage: `Measures our client and others, one after another at the same server. It needs Go.

  pnpm bench client [options]

  ${roundsUsage}
  --seconds N     the length of a turn (${defaultSeconds})
  --only NAME,…   only these loads; all without the option: ${loadNames.join(', ')}
  --write         write the tables of these loads into ${clientPage}
  --help          print this text
`,
  options: { rounds: text, seconds: text, only: text, write: { type: 'boolean' } },
  async run({ values, print }) {
    const only = chosenFrom('load', loadNames, values.only);
    const { isReached, sections } = await benchClient({
      rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1),
      seconds: wholeNumber('seconds', values.seconds, defaultSeconds, 1),
      only,
      print,
    });
    if (values.write) for (const [name, text] of sections) writeBetweenMarks(join(root, clientPage), name, text);
    return isReached;
  },
});

const overloadBench = anyCommand({
  usage: `Measures what our server and others serve at 0.5, 1, 2 and 5 times their capacity. It needs Go.

  pnpm bench overload [options]

  ${roundsUsage}
  --seconds N     the time that is counted of each load (${overloadBenchSeconds})
  --write         writes the table into ${overloadPage}, and the chart beside it
  --help          this text
`,
  options: { rounds: text, seconds: text, write: { type: 'boolean' } },
  async run({ values, print }) {
    const { isReached, markdown, chart } = await benchOverload({
      rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1),
      seconds: wholeNumber('seconds', values.seconds, overloadBenchSeconds, 1),
      print,
    });
    if (values.write) {
      writeBetweenMarks(join(root, overloadPage), 'the tables', markdown);
      writeFileSync(join(root, overloadChart), chart);
    }
    return isReached;
  },
});

const workers = anyCommand({
  usage: `Measures the CPU of a call with two workers, and with one process that has as many calls as each of them, and as many
as both. Measures how calls are spread. It needs h2load.

  pnpm bench workers [options]

  ${roundsUsage}
  --help          this text
`,
  options: { rounds: text },
  run: ({ values, print }) => benchWorkers({ rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1), print }),
});

const comparisonNames = Object.keys(comparisons);

const report = anyCommand({
  usage: `Measures protobuf beside JSON, gRPC beside REST, and three ways of balancing, in one run. It needs h2load, Go and Python.

  pnpm bench report [options]

  ${roundsUsage}
  --seconds N     the length of each measurement (${defaultSeconds})
  --only NAME,…   only these comparisons; all without the option: ${comparisonNames.join(', ')}
  --rows TEXT     only the rows of languages, servers and ways of balancing whose names contain the text, such as Go,
                  Fastify or "one Envoy"
  --write         write the tables of all comparisons into ${comparisonPage}, and their plots beside it
  --help          print this text
`,
  options: { rounds: text, seconds: text, only: text, rows: text, write: { type: 'boolean' } },
  async run({ values, print }) {
    const only = chosenFrom('comparison', comparisonNames, values.only);
    const { rows = '' } = values;
    if (rows !== '' && values.write) throw new UsageError('--write needs all rows: leave out --rows');
    let hasRow = false;
    const options = {
      isWanted(name: string) {
        hasRow ||= name.includes(rows);
        return name.includes(rows);
      },
      rounds: wholeNumber('rounds', values.rounds, defaultRounds, 1),
      seconds: wholeNumber('seconds', values.seconds, defaultSeconds, 1),
      print,
    };
    const machine = describeMachine();
    print(machine);
    for (const name of only) {
      const { markdown, chart } = await (comparisons[name] as (typeof comparisons)[string])(options);
      print(`\n${name}\n\n${markdown}\n`);
      if (!values.write) continue;
      writeBetweenMarks(join(root, comparisonPage), name, `![plot](${name}.svg)\n\n${markdown}\n\n${machine}`);
      writeFileSync(join(root, `docs/results/${name}.svg`), chart);
    }
    if (!hasRow) throw new UsageError(`no row of ${only.join(' or ')} has "${rows}" in its name`);
    return true;
  },
});

/** Runs `pnpm bench`. @returns the exit code: 0 when all goals of the suite are reached */
export async function runBench(args: readonly string[], streams: Streams): Promise<number> {
  return await runOneOf(
    { store, growth, server, client, overload: overloadBench, workers, report },
    usage,
    args,
    streams,
  );
}
