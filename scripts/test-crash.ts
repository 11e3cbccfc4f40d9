import { runCrash } from '../packages/crash/src/command.ts';

process.exitCode = await runCrash(process.argv.slice(2), process);
