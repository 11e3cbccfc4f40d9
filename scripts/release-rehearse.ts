import { runReleaseRehearse } from '../packages/release/src/rehearsal/command.ts';

process.exitCode = await runReleaseRehearse(process.argv.slice(2), process);
