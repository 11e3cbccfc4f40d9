import { withoutOptions } from '@example/check';
import { runMutations } from '../packages/release/src/gates/mutations-command.ts';

const usage = `Plays small breaking edits against the gates of a release, and writes into docs/reference/compatibility.md which gate caught which. Ten minutes.

  pnpm release:gates
`;

process.exitCode = withoutOptions(usage, process.argv.slice(2), process) ?? (await runMutations(process));
