import { join } from 'node:path';
import { type Command, runCommand, type Streams, UsageError, wholeNumber } from '@example/kit/command-line';
import { markdownTable, writeBetweenMarks } from '@example/kit/markdown';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { clients, type RolloutClient } from './clients.ts';
import { type ClientResult, rollOut } from './rollout.ts';

const page = 'docs/results/rollout.md';

const usage = `Calls three replicas of UserService with each client, while the replicas are replaced as a kubelet replaces pods:
probes, preStop, SIGTERM, grace period. Counts the calls that fail. Ctrl-C ends it early, with the results so far.

  pnpm test:soak rollout [options]

  --restarts N   replicas that are replaced (1000)
  --write        write the table into ${page}; needs all clients
  --help         this text

The clients: ${clients.map(({ name }) => name).join('; ')}.
A client whose program is missing on this machine is left out.
`;

const defaultRestarts = 1_000;
const restartsPerLine = 50;

const command: Command<{ restarts: { type: 'string' }; write: { type: 'boolean' } }> = {
  usage,
  options: { restarts: { type: 'string' }, write: { type: 'boolean' } },
  async run({ values, signal, print }) {
    const wanted = wholeNumber('restarts', values.restarts, defaultRestarts, 1);
    const prepared: RolloutClient[] = [];
    for (const client of clients) {
      const missing = await missingFor(client);
      if (missing === undefined) prepared.push(client);
      else if (values.write) throw new UsageError(`--write needs all clients: ${missing}`);
      else print(`${client.name} is left out: ${missing}`);
    }
    const onReplaced = (count: number) => {
      if (count % restartsPerLine === 0) print(`${count} of ${wanted} replicas replaced`);
    };
    const { restarts, results } = await rollOut(wanted, prepared, onReplaced, signal);
    const table = markdownTable([['client', 'calls', 'lost', 'cause'], ...results.map(rowOf)]);
    const text = `${restarts} restarts:\n\n${table}`;
    print(text);
    if (values.write) writeBetweenMarks(join(root, page), 'the table', text);
    return results.every(({ failures }) => failures.length === 0);
  },
};

/**
 * Runs `pnpm test:soak rollout`.
 *
 * @returns the exit code: 0 when no call has failed, except by its client's own fault
 */
export async function runRollout(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

/** @returns what to install for a client; undefined when nothing is missing */
async function missingFor({ prepare }: RolloutClient): Promise<string | undefined> {
  try {
    await prepare?.();
    return undefined;
  } catch (error) {
    if (error instanceof ToolchainMissingError) return error.message;
    throw error;
  }
}

function rowOf({ client, calls, failures, ownFailures }: ClientResult): string[] {
  const own = ownFailures > 0 ? [`${ownFailures}: ${client.ownLoss?.cause}`] : [];
  const others = [...Map.groupBy(failures, (failure) => failure)].map(([reason, { length }]) => `${length}: ${reason}`);
  const lost = failures.length + ownFailures;
  return [client.name, calls.toLocaleString('en'), `${lost}`, [...own, ...others].join('; ')];
}
