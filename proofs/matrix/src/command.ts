import { join } from 'node:path';
import { type Command, chooseNamed, runCommand, type Streams, UsageError } from '@example/kit/command-line';
import { writeBetweenMarks } from '@example/kit/markdown';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { clients } from './clients.ts';
import { type PairResult, runMatrix as runPairs } from './matrix.ts';
import { failuresOf, passedOf, resultTable } from './report.ts';
import { servers } from './servers.ts';

const page = 'docs/results/matrix.md';

const usage = `Makes every call of the API with every client and every server: in plaintext, with TLS and tokens,
and with a rate limit. Compares all outcomes with the same list.

  pnpm conformance matrix [options]

  --client NAME   only this client; may be repeated: ${clients.map(({ name }) => `"${name}"`).join(' ')}
  --server NAME   only this server; may be repeated: ${servers.map(({ name }) => name).join(' ')}
  --write         write the table into ${page}
  --help          print this text
`;

const names = { type: 'string', multiple: true } as const;
const options = { client: names, server: names, write: { type: 'boolean' } } as const;

const command: Command<typeof options> = {
  usage,
  options,
  async run({ values, print }) {
    if (values.write && (values.client ?? values.server)) throw new UsageError('--write needs the whole matrix');
    let skipped = 0;
    /** Prepares each client or server, and skips those without a toolchain. */
    const prepareAll = async <T extends { readonly name: string }, U>(
      all: readonly T[],
      prepare: (each: T) => Promise<U>,
    ) => {
      const ready: U[] = [];
      for (const each of all) {
        try {
          ready.push(await prepare(each));
        } catch (error) {
          if (!(error instanceof ToolchainMissingError)) throw error;
          skipped += 1;
          print(`skipped  ${each.name}: ${error.message}`);
        }
      }
      return ready;
    };
    const readyClients = await prepareAll(chooseNamed(clients, values.client), async (kind) => ({
      kind,
      driver: await kind.prepare(),
    }));
    const readyServers = await prepareAll(chooseNamed(servers, values.server), async (kind) => {
      await kind.prepare();
      return kind;
    });
    const pairs = await runPairs(readyClients, readyServers, (pair) => print(linesOf(pair)));
    const table = resultTable(pairs);
    print(`\n${table}\n`);
    if (values.write) writeBetweenMarks(join(root, page), 'the table', table);
    const failed = pairs.flatMap(failuresOf).length;
    print(`${pairs.reduce((sum, pair) => sum + passedOf(pair), 0)} passed, ${failed} failed`);
    // In CI a missing toolchain is a failure.
    return failed === 0 && pairs.length > 0 && !(process.env['CI'] && skipped > 0);
  },
};

/** Runs `pnpm conformance matrix`. @returns the exit code: 0 when all outcomes are the expected ones */
export async function runMatrix(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

function linesOf(pair: PairResult): string {
  const failures = failuresOf(pair);
  const summary = pair.skipReason ?? `${passedOf(pair)} passed, ${failures.length} failed`;
  return [`${pair.client} → ${pair.server}: ${summary}`, ...failures].join('\n');
}
