import { runCrash } from '../proofs/endurance/src/crash/command.ts';

process.exitCode = await runCrash(process.argv.slice(2), process);
