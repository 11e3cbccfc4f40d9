import { runSourceCheck } from '../packages/release/src/gates/sources-command.ts';

process.exitCode = await runSourceCheck(process);
