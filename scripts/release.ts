// Until tools/release and proofs/rehearsal have commands of their own.
import { withoutOptions } from '@example/check';
import { runPublish } from '../packages/release/src/commands/publish.ts';
import { runRelease } from '../packages/release/src/commands/release.ts';
import { ownTemporaryFolder } from '../packages/release/src/commands/temporary-folder.ts';
import { runMutations } from '../packages/release/src/gates/mutations-command.ts';
import { runReleaseNotes } from '../packages/release/src/gates/notes-command.ts';
import { runSourceCheck } from '../packages/release/src/gates/sources-command.ts';
import { runReleaseRehearse } from '../packages/release/src/rehearsal/command.ts';
import { runReleaseWorkflow } from '../packages/release/src/workflow/command.ts';

const gatesUsage = `Plays small breaking edits against the gates of a release, and writes into docs/compatibility.md which gate caught which. Ten minutes.

  pnpm rehearse gates
`;

export async function runReleaseCommand(args: readonly string[], streams: NodeJS.Process): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'workflow') {
    return await runReleaseWorkflow(rest, {
      env: process.env,
      print: (line) => streams.stdout.write(`${line}\n`),
    });
  }
  if (name === 'notes') return runReleaseNotes(rest, streams);
  ownTemporaryFolder();
  return name === 'publish' ? await runPublish(rest, streams) : await runRelease(args, streams);
}

export async function runRehearsalCommand(args: readonly string[], streams: NodeJS.Process): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'sources') return await runSourceCheck(streams);
  if (name === 'gates') return withoutOptions(gatesUsage, rest, streams) ?? (await runMutations(streams));
  return await runReleaseRehearse(args, streams);
}
