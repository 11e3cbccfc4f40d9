import { type Command, runCommand, type Streams, wholeNumber } from '@example/kit/command-line';
import { rollOut } from './rollout.ts';

const usage = `Calls three replicas of UserService with four clients, while the replicas are replaced as a kubelet replaces pods:
probes, preStop, SIGTERM, grace period. Counts the calls that fail: docs/guides/deploy.md has the results.

  pnpm test:soak rollout [options]

  --restarts N   replicas that are replaced (1000)
  --help         this text
`;

const defaultRestarts = 1_000;

const command: Command<{ restarts: { type: 'string' } }> = {
  usage,
  options: { restarts: { type: 'string' } },
  async run({ values, signal, print }) {
    const restarts = wholeNumber('restarts', values.restarts, defaultRestarts, 1);
    const results = await rollOut(restarts, signal);
    for (const { name, calls, failures, ownFailures } of results) {
      print(`${name}: ${calls} calls, ${failures.length} failed, ${ownFailures} more by its own doing`);
      for (const failure of new Set(failures)) print(`  ${failure}`);
    }
    return results.every(({ failures }) => failures.length === 0);
  },
};

/** Runs `pnpm test:soak rollout`. @returns the exit code: 0 when no call has failed */
export async function runRollout(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}
