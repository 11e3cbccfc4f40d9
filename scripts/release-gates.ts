import { runMutations } from '../packages/release/src/gates/mutations-command.ts';

process.exitCode = await runMutations(process);
